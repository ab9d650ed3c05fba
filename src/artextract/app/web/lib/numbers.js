// @ts-check
// Numbers, shares and lists as a language writes them.

/** @param {string} locale */
export function writing(locale) {
  const whole = new Intl.NumberFormat(locale),
    share = new Intl.NumberFormat(locale, { style: "percent" }),
    rules = new Intl.PluralRules(locale),
    and = new Intl.ListFormat(locale, { type: "conjunction" }),
    or = new Intl.ListFormat(locale, { type: "disjunction" });
  /** @param {number} value */
  const number = (value) => whole.format(value);
  return {
    number,
    /** 0.62 as "62%". @param {number} part */
    percent: (part) => share.format(part),
    /** With so many digits behind the point. @param {number} value @param {number} digits */
    fixed: (value, digits) =>
      value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    /** "1 painting", "2 paintings". @param {number} value @param {string} one @param {string} many */
    count: (value, one, many) => `${number(value)} ${rules.select(value) === "one" ? one : many}`,
    /** "a, b and c" @param {string[]} parts */
    listed: (parts) => and.format(parts),
    /** "a, b or c" @param {string[]} parts */
    either: (parts) => or.format(parts),
    /** " (a, b)", those that are empty left out; "" of none. @param {string[]} parts */
    brackets: (parts) => {
      const there = parts.filter(Boolean);
      return there.length ? ` (${there.join(", ")})` : "";
    },
  };
}
