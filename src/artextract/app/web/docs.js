// @ts-check
// The calls of the server as a page to read: what openapi.json says of each, an example, and a form to try those that
// only read.
//
//   #METHOD-PATH   the call that is open, such as #get-api-paintings
//   ?find=WORDS    the words that the calls shown have

import { byId, inField, later, make, notice } from "./lib/dom.js";
import { say, sayAround, sayStatic } from "./lib/language.js";
import { languageSwitch } from "./lib/language_switch.js";
import { themeButton } from "./lib/theme.js";
import { capital } from "./lib/words.js";

/** A schema as OpenAPI writes it. @typedef {Record<string, any>} Schema */
/** @typedef {{ name: string, in: string, required?: boolean, description?: string, schema: Schema }} Parameter */
/** What the document itself says. */
function sayAll() {
  /** @param {string} text */
  const code = (text) => make("code", {}, text);
  sayStatic();
  searchField().placeholder = say("docs.find-placeholder");
  byId("how-to-call").replaceChildren(
    ...sayAround(
      "docs.how",
      make("b", {}, "GET"),
      code("GET /api/v1/session"),
      code(TOKEN),
      code("artextract.client"),
      code("/api/v1"),
    ),
  );
  byId("errors").replaceChildren(
    ...sayAround(
      "docs.errors",
      code('{"error": {"message": "…", "hint": "…", "code": "…"}}'),
      make("a", { href: "api/v1/openapi.json" }, "openapi.json"),
    ),
  );
}

/**
 * What the page needs of a call.
 * @typedef {object} Call
 * @property {string} path
 * @property {string} method
 * @property {string} tag
 * @property {string} text
 * @property {string} id
 * @property {string} description
 * @property {Parameter[]} parameters
 * @property {[string, { schema: Schema }] | null} body
 * @property {Record<string, any>} responses
 * @property {boolean} writes
 * @property {{ label: string, source: string }[]} samples
 */
/** Values of parameters, lists as arrays. @typedef {Record<string, string | string[]>} Values */

const TOKEN = "X-ArtExtract-Token";
const SERVER = "http://127.0.0.1:8000"; // in the examples
const SHOWN = 20_000; // characters of an answer that are shown
const DEEP = 6; // levels of an answer's fields
const searchField = () => /** @type {HTMLInputElement} */ (byId("find"));
/** @param {string} text */
const oneLine = (text) => text.trim().replace(/\s*\n\s*/g, " ");
/** @param {string} text */
const plain = (text) => oneLine(text).replaceAll("``", "");
/** A docstring as text and code, which stands between double backticks. @param {string} text */
const prose = (text) =>
  oneLine(text)
    .split("``")
    .map((part, place) => (place % 2 ? make("code", {}, part) : part));

/** @type {Record<string, Schema>} */
let schemas = {};
/** @type {Call[]} */
let calls = [];
let example = "ID";

async function start() {
  /** @type {Record<string, any>} */
  let api;
  try {
    const response = await fetch("api/v1/openapi.json");
    if (!response.ok) throw new Error(`${response.status}`);
    api = await response.json();
  } catch (error) {
    return byId("groups").replaceChildren(
      notice(
        {
          message: say("docs.failed"),
          hint: say("docs.failed-hint", error.message),
        },
        { text: say("common.try-again"), run: start },
      ),
    );
  }
  schemas = api.components?.schemas ?? {};
  byId("about").textContent = say("docs.about", api.info.title, api.info.version);
  calls = Object.entries(/** @type {Record<string, Record<string, any>>} */ (api.paths)).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => described(path, method, call)),
  );
  example = await anId();
  draw();
  find(searchField().value || (new URLSearchParams(location.search).get("find") ?? ""));
  open(false);
}

/**
 * What the page needs of a call.
 * @param {string} path @param {string} method @param {Record<string, any>} call @returns {Call}
 */
function described(
  path,
  method,
  {
    tags = ["other"],
    summary,
    description = "",
    parameters = [],
    requestBody,
    responses,
    "x-codeSamples": samples = [],
  },
) {
  /** @type {Parameter[]} */
  const own = parameters.filter((/** @type {Parameter} */ { name }) => name.toLowerCase() !== TOKEN.toLowerCase());
  /** @type {Call["body"]} */
  const body = requestBody ? /** @type {any} */ (Object.entries(requestBody.content)[0]) : null;
  const text = [
    method,
    path,
    description,
    summary,
    ...own.map(({ name }) => name),
    body ? fieldNames(body[1].schema) : "",
    ...answers(responses).map(([, , schema]) => fieldNames(schema)),
  ]
    .join(" ")
    .toLowerCase();
  return {
    path,
    method,
    tag: tags[0],
    text,
    id: `${method}-${path
      .replace("/api/v1/", "/api/")
      .slice(1)
      .replace(/[{}]/g, "")
      .replace(/[^\w]+/g, "-")}`,
    description: description || summary,
    parameters: own,
    body,
    responses,
    writes: own.length < parameters.length,
    samples,
  };
}

/** @param {Record<string, any>} responses @returns {[string, string | null, any, string][]} */
const answers = (responses) =>
  Object.entries(responses).flatMap(([status, { content = {}, description }]) => {
    const types = Object.keys(content);
    /** @param {string | null} type @returns {[string, string | null, any, string]} */
    const one = (type) => [status, type, type === null ? undefined : content[type].schema, description];
    return types.length ? types.map(one) : [one(null)];
  });

/** @param {Schema} schema @param {number} [level] @returns {string} */
function fieldNames(schema, level = 0) {
  const { schema: known } = resolved(schema ?? {});
  if (level > DEEP) return "";
  const parts = [known.items, ...(known.anyOf ?? []), ...Object.values(known.properties ?? {})].filter(Boolean);
  return [...Object.keys(known.properties ?? {}), ...parts.map((part) => fieldNames(part, level + 1))].join(" ");
}

function draw() {
  const tags = [...new Set(calls.map(({ tag }) => tag))];
  byId("contents").replaceChildren(
    ...tags.map((tag) =>
      make(
        "section",
        { "data-tag": tag },
        make("h2", { lang: "en" }, capital(tag)),
        make(
          "ul",
          {},
          calls
            .filter((call) => call.tag === tag)
            .map((call) =>
              make(
                "li",
                { "data-call": call.id },
                make(
                  "a",
                  { href: `#${call.id}` },
                  badge(call),
                  make(
                    "span",
                    { class: "where" },
                    short(call.path)
                      .split("/")
                      .flatMap((part, place) => (place ? ["/", make("wbr"), part] : [part])),
                  ),
                ),
              ),
            ),
        ),
      ),
    ),
  );
  byId("groups").replaceChildren(
    ...tags.map((tag) =>
      make(
        "section",
        { class: "group", "data-tag": tag, "aria-labelledby": `tag-${tag}` },
        make("h2", { id: `tag-${tag}`, lang: "en" }, capital(tag)),
        calls.filter((call) => call.tag === tag).map(entry),
      ),
    ),
  );
  const origin = home();
  byId("samples").replaceChildren(
    sample(
      say("docs.curl"),
      lines(
        `TOKEN=$(curl -s ${origin}api/v1/session | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')`,
        `curl -s ${origin}api/v1/uploads -H "${TOKEN}: $TOKEN" --data-binary @painting.jpg`,
      ),
    ),
    sample(
      say("docs.python"),
      lines(
        `from artextract.client import Client`,
        "",
        `with Client("${origin.slice(0, -1)}") as client:`,
        '    upload = client.upload("painting.jpg")["upload"]',
        '    for hit in client.search(upload=upload, k=5)["hits"]:',
        '        print(hit["id"], hit["score"])',
      ),
    ),
  );
}

/** @param {string[]} all */
const lines = (...all) => all.join("\n");
/** @param {string} path */
const short = (path) => path.replace(/^\/api\/v1\//, "");
/** An example for this server. @param {string} source */
const here = (source) => source.replaceAll(`${SERVER}/`, home()).replaceAll(SERVER, home().slice(0, -1));
const home = () => new URL("./", location.href).href;
/** @param {Call} call */
const badge = ({ method }) => make("span", { class: `method ${method}` }, method.toUpperCase());

/** A call, of which the inside is made when it is first opened. @param {Call} call */
function entry(call) {
  const element = make(
    "details",
    {
      class: "call",
      id: call.id,
      ontoggle: () => {
        if (!element.open || element.children.length > 1) return;
        element.append(inside(call));
      },
    },
    make(
      "summary",
      {},
      make(
        "h3",
        {},
        badge(call),
        make("code", {}, call.path),
        call.writes ? make("span", { class: "token" }, say("docs.token")) : null,
      ),
      make("span", { class: "line" }, firstSentence(plain(call.description))),
    ),
  );
  element.querySelector("summary")?.addEventListener("click", () => {
    if (!element.open) history.replaceState(null, "", `#${call.id}`);
  });
  return element;
}

/** @param {Call} call */
function inside(call) {
  const form = call.method === "get" ? tryForm(call) : null;
  return make(
    "div",
    { class: "inside" },
    make(
      "p",
      { class: "description" },
      prose(call.description),
      " ",
      make(
        "a",
        {
          class: "faint",
          href: `#${call.id}`,
          "aria-label": say("docs.link", `${call.method.toUpperCase()} ${call.path}`),
        },
        "#",
      ),
    ),
    call.parameters.length
      ? make(
          "section",
          {},
          make("h4", {}, say("docs.parameters")),
          make("ul", { class: "fields" }, call.parameters.map(parameter)),
        )
      : null,
    call.body ? make("section", {}, make("h4", {}, say("docs.body", call.body[0])), fields(call.body[1].schema)) : null,
    make(
      "section",
      {},
      make("h4", {}, say("docs.answers")),
      make(
        "ul",
        { class: "answers" },
        answers(call.responses).map(([status, type, schema, description]) =>
          make(
            "li",
            {},
            make(
              "p",
              {},
              make("span", { class: `status s${status[0]}` }, status),
              ` ${plain(description ?? "").replace("Successful Response", say("docs.the-answer"))}`,
              type ? make("span", { class: "faint" }, ` (${type})`) : null,
            ),
            status[0] === "2" && schema && type?.includes("json") ? fields(schema) : null,
          ),
        ),
      ),
    ),
    make(
      "section",
      {},
      make("h4", {}, say("docs.examples")),
      call.samples.map(({ label, source }) => sample(label, here(source))),
    ),
    form,
  );
}

/** @param {Parameter} parameter */
function parameter({ name, in: place, required, schema, description }) {
  return make(
    "li",
    {},
    make(
      "p",
      {},
      make("code", { class: "name" }, name),
      make("span", { class: "type" }, typeName(schema)),
      make(
        "span",
        { class: "faint" },
        [place === "path" ? say("docs.in-path") : null, required ? say("docs.required") : null, limits(schema)]
          .filter(Boolean)
          .join(", "),
      ),
    ),
    description ? make("p", { class: "what" }, prose(description)) : null,
  );
}

/**
 * A schema without references: { schema, name }.
 * @param {Schema | undefined} schema @returns {{ schema: Schema, name: string | null }}
 */
function resolved(schema) {
  if (schema?.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return { schema: schemas[name] ?? {}, name };
  }
  if (schema?.allOf?.length === 1) return resolved(schema.allOf[0]);
  return { schema: schema ?? {}, name: null };
}

/** @param {Schema} given @returns {string} */
function typeName(given) {
  const { schema, name } = resolved(given);
  if (schema.enum) return schema.enum.map((/** @type {any} */ value) => JSON.stringify(value)).join(say("docs.or"));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (name) return name;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeName))].join(say("docs.or"));
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeName).join(", ")}]`;
  if (schema.type === "array") return say("docs.list-of", typeName(schema.items));
  if (schema.type === "object")
    return schema.additionalProperties
      ? say(
          "docs.object-of",
          schema.additionalProperties === true ? say("docs.any") : typeName(schema.additionalProperties),
        )
      : say("docs.type-object");
  /** @type {Record<string, string>} */
  const called = {
    integer: say("docs.type-integer"),
    number: say("docs.type-number"),
    string: schema.format === "binary" ? say("docs.bytes") : say("docs.type-text"),
    boolean: say("docs.boolean"),
    null: "null",
  };
  return called[schema.type] ?? say("docs.any");
}

/** @param {Schema} given */
function limits(given) {
  const { schema } = resolved(given);
  return [
    schema.minimum !== undefined ? say("docs.least", schema.minimum) : null,
    schema.maximum !== undefined ? say("docs.most", schema.maximum) : null,
    schema.maxLength !== undefined ? say("docs.characters", schema.maxLength) : null,
    schema.maxItems !== undefined ? say("docs.values", schema.maxItems) : null,
    given.default !== undefined && given.default !== null && given.default !== "" && given.default.length !== 0
      ? say("docs.default", JSON.stringify(given.default))
      : null,
  ]
    .filter(Boolean)
    .join(", ");
}

/**
 * The objects that stand in a schema: itself, or those of a list, a union or the values of an object.
 * @param {Schema} given @returns {{ schema: Schema, name: string | null }[]}
 */
function objectsIn(given) {
  const { schema, name } = resolved(given);
  if (schema.properties) return [{ schema, name }];
  const parts = [
    schema.items,
    ...(schema.prefixItems ?? []),
    ...(schema.anyOf ?? []),
    typeof schema.additionalProperties === "object" ? schema.additionalProperties : null,
  ];
  return parts.filter(Boolean).flatMap(objectsIn);
}

/**
 * The fields of a schema, nested as they come.
 * @param {Schema} given @param {string[]} [above] @returns {HTMLElement | null}
 */
function fields(given, above = []) {
  const objects = objectsIn(given);
  if (!objects.length) return above.length ? null : make("p", {}, make("span", { class: "type" }, typeName(given)));
  const lists = objects
    .filter(({ name }) => !name || !above.includes(name))
    .map(({ schema, name }) =>
      make(
        "div",
        { class: "object" },
        !above.length && name
          ? make(
              "p",
              {},
              make("span", { class: "type" }, typeName(given)),
              " ",
              schema.description ? prose(schema.description) : "",
            )
          : schema.description
            ? make("p", { class: "what" }, prose(schema.description))
            : null,
        make(
          "ul",
          { class: "fields" },
          Object.entries(schema.properties).map(([field, value]) =>
            make(
              "li",
              {},
              make(
                "p",
                {},
                make("code", { class: "name" }, field),
                make("span", { class: "type" }, typeName(value)),
                make(
                  "span",
                  { class: "faint" },
                  [schema.required?.includes(field) ? null : say("docs.left-out"), limits(value)]
                    .filter(Boolean)
                    .join(", "),
                ),
              ),
              value.description ? make("p", { class: "what" }, prose(value.description)) : null,
              above.length < DEEP ? fields(value, [...above, name ?? field]) : null,
            ),
          ),
        ),
      ),
    );
  return make("div", {}, lists);
}

/** @param {string} text */
const inPath = (text) => text.split("/").map(encodeURIComponent).join("/");

/** The address of a call with values for its parameters, lists as arrays. @param {Call} call @param {Values} values */
function addressOf(call, values) {
  const path = call.path.slice(1).replace(/\{(\w+)\}/g, (_, name) => inPath(String(values[name] ?? "")));
  const pairs = call.parameters
    .filter(({ in: place }) => place === "query")
    .flatMap(({ name }) =>
      [values[name] ?? []]
        .flat()
        .filter((value) => value !== "")
        .map((value) => [name, value]),
    );
  return `${path}${pairs.length ? `?${new URLSearchParams(pairs)}` : ""}`;
}

/** @param {Parameter} parameter @returns {string} */
const startValue = ({ name, schema }) =>
  name === "painting_id"
    ? example
    : name === "attribute" || name === "column"
      ? "style"
      : (schema?.default ??
        (["integer", "number"].includes(schema?.type) ? String(schema.minimum ?? 1) : name.toUpperCase()));

/** @param {string | null} name @param {string} text */
function sample(name, text) {
  const copied = make(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          copied.textContent = say("docs.copied");
        } catch {
          getSelection()?.selectAllChildren(code);
          copied.textContent = say("map.selected");
        }
        setTimeout(() => {
          copied.textContent = say("docs.copy");
        }, 2000);
      },
    },
    say("docs.copy"),
  );
  const code = make("pre", { tabindex: "0", role: "region", "aria-label": name ?? say("docs.examples") }, text);
  return make("div", { class: "sample" }, make("div", { class: "head" }, make("span", {}, name ?? ""), copied), code);
}

/** A form that sends the call and shows what comes back. @param {Call} call */
function tryForm(call) {
  const answer = make("div", { class: "answer", "aria-live": "polite" }),
    /** @type {Map<string, { box: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, many: boolean }>} */
    boxes = new Map();
  /** @param {Parameter} one */
  const field = (one) => {
    const { schema } = resolved(one.schema),
      many = schema.type === "array",
      choices = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : null);
    const value = one.required ? startValue(one) : "",
      label = [one.name, one.required ? null : say("docs.optional"), many ? say("docs.one-a-line") : null]
        .filter(Boolean)
        .join(", ");
    const box = choices
      ? make(
          "select",
          {},
          [...(one.required ? [] : [""]), ...choices].map((/** @type {any} */ choice) =>
            make("option", { value: choice }, choice),
          ),
        )
      : many
        ? make("textarea", { rows: "2" })
        : make("input", {
            type: say("docs.type-text"),
            inputmode: ["integer", "number"].includes(schema.type) ? "decimal" : null,
            ".value": value,
            autocomplete: "off",
            spellcheck: "false",
            placeholder: schema.default === undefined || schema.default === null ? "" : String(schema.default),
          });
    boxes.set(one.name, { box, many });
    return make("label", { class: "field" }, make("span", {}, label), box);
  };
  return make(
    "form",
    {
      class: "try panel",
      onsubmit: async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const values = Object.fromEntries(
          [...boxes].map(([name, { box, many }]) => [
            name,
            many ? box.value.split("\n").map((line) => line.trim()) : box.value.trim(),
          ]),
        );
        await send(addressOf(call, values), answer);
      },
    },
    make("h4", {}, say("docs.try")),
    make(
      "div",
      { class: "row" },
      call.parameters.filter(({ in: place }) => place !== "header").map(field),
      make("button", { class: "button" }, say("docs.send")),
    ),
    answer,
  );
}

/** @param {string} address @param {HTMLElement} answer */
async function send(address, answer) {
  answer.replaceChildren(make("p", { class: "faint" }, say("export.moment")));
  const begun = performance.now();
  try {
    const response = await fetch(address);
    const data = await response.blob(),
      type = response.headers.get("Content-Type") ?? "";
    const line = make(
      "p",
      {},
      make("span", { class: `status s${String(response.status)[0]}` }, String(response.status)),
      ` ${say("docs.took", data.size, Math.round(performance.now() - begun))}: `,
      make("code", {}, address),
    );
    if (type.startsWith("image/") && response.ok) {
      const url = URL.createObjectURL(data);
      return answer.replaceChildren(
        line,
        make("img", { src: url, alt: say("docs.picture-alt"), onload: () => URL.revokeObjectURL(url) }),
      );
    }
    const text = type.includes("json") ? JSON.stringify(JSON.parse(await data.text()), null, 2) : await data.text();
    answer.replaceChildren(
      line,
      make("pre", { tabindex: "0", role: "region", "aria-label": say("docs.answer") }, text.slice(0, SHOWN)),
      text.length > SHOWN ? make("p", { class: "faint" }, say("docs.first-of", SHOWN, text.length)) : "",
    );
  } catch (error) {
    answer.replaceChildren(
      notice({
        message: say("server.silent"),
        hint: say("docs.failed-hint", error.message),
      }),
    );
  }
}

async function anId() {
  try {
    return (await (await fetch("api/paintings?limit=1")).json()).paintings[0].id;
  } catch {
    return "ID";
  }
}

/** @param {string} selector @returns {HTMLElement[]} */
const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => one instanceof HTMLElement);

/** @param {string} words */
function find(words) {
  searchField().value = words;
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const hit = new Set(calls.filter(({ text }) => wanted.every((word) => text.includes(word))).map(({ id }) => id));
  for (const element of all(".call")) element.hidden = !hit.has(element.id);
  for (const element of all("[data-call]")) element.hidden = !hit.has(element.dataset.call ?? "");
  for (const section of all("[data-tag]"))
    section.hidden = !section.querySelector(".call:not([hidden]), [data-call]:not([hidden])");
  byId("found").textContent = wanted.length
    ? hit.size
      ? say("count.calls", hit.size)
      : say("docs.none")
    : say("count.calls", calls.length);
}

/** Open the call that the address names. */
function open(focus = true) {
  const id = decodeURIComponent(location.hash.slice(1)),
    call = document.getElementById(id);
  for (const link of byId("contents").querySelectorAll("a"))
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  if (!(call instanceof HTMLDetailsElement) || !call.classList.contains("call")) return;
  if (call.hidden) {
    history.replaceState(null, "", `${location.pathname}${location.hash}`);
    find("");
  }
  call.open = true;
  call.scrollIntoView({ block: "start" });
  if (focus) call.querySelector("summary")?.focus({ preventScroll: true });
}

/** @param {string} text */
const firstSentence = (text) => text.match(/^.*?[.:;](?=\s|$)/s)?.[0].replace(/[:;]$/, ".") ?? text;

searchField().addEventListener(
  "input",
  later(120, () => {
    const words = searchField().value.trim();
    find(searchField().value);
    history.replaceState(
      null,
      "",
      `${location.pathname}${words ? `?${new URLSearchParams({ find: words })}` : ""}${location.hash}`,
    );
  }),
);
addEventListener("hashchange", () => open());
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || inField(event)) return;
  event.preventDefault();
  searchField().focus();
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  byId("calls").focus();
});
sayAll();
languageSwitch(byId("language"));
themeButton(byId("theme"));
await start();
