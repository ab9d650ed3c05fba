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
    /**
     * Parts of a whole in whole per cent, which sum to no more than the parts do: those are rounded up that lack least
     * (largest remainders). @param {number[]} parts
     */
    percents: (parts) => {
      const exact = parts.map((part) => 100 * part),
        whole_ = exact.map(Math.floor),
        left = Math.round(exact.reduce((sum, part) => sum + part, 0)) - whole_.reduce((sum, part) => sum + part, 0);
      const order = exact.map((part, at) => ({ at, rest: part - whole_[at] })).sort((a, b) => b.rest - a.rest);
      for (const { at } of order.slice(0, left)) whole_[at]++;
      return whole_.map((part) => share.format(part / 100));
    },
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
