// The calls of the server as a page to read: what openapi.json says of each, an example, and a form to try those that
// only read.  #METHOD-PATH   the call that is open, such as #get-api-paintings ?find=WORDS    the words that the calls
// shown have

import { later, make, notice } from "./lib/dom.js";
import { themeButton } from "./lib/theme.js";
import { capital, count, spelled } from "./lib/words.js";

const TOKEN = "X-ArtExtract-Token";
const SHOWN = 20_000; // characters of an answer that are shown
const DEEP = 6; // levels of an answer's fields
const $ = (id) => document.getElementById(id);
const oneLine = (text) => text.trim().replace(/\s*\n\s*/g, " ");
const plain = (text) => oneLine(text).replaceAll("``", "");
/** A docstring as text and code, which stands between double backticks. */
const prose = (text) =>
  oneLine(text)
    .split("``")
    .map((part, place) => (place % 2 ? make("code", {}, part) : part));

let schemas = {},
  calls = [],
  example = "ID";

async function start() {
  let told;
  try {
    const response = await fetch("api/openapi.json");
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    told = await response.json();
  } catch (error) {
    return $("groups").replaceChildren(
      notice(
        {
          message: "The description of the calls cannot be read",
          hint: `Is “artextract serve” still running? (${error.message})`,
        },
        { text: "Try again", run: start },
      ),
    );
  }
  schemas = told.components?.schemas ?? {};
  $("about").textContent =
    `${told.info.title} ${told.info.version}. What the pages do, a program can do as well: they use the same calls.`;
  calls = Object.entries(told.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => described(path, method, call)),
  );
  example = await anId();
  draw();
  find($("find").value || (new URLSearchParams(location.search).get("find") ?? ""));
  open(false);
}

/** What the page needs of a call. */
function described(
  path,
  method,
  { tags = ["other"], summary, description = "", parameters = [], requestBody, responses },
) {
  const own = parameters.filter(({ name }) => name.toLowerCase() !== TOKEN.toLowerCase());
  const body = requestBody ? Object.entries(requestBody.content)[0] : null;
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
      .slice(1)
      .replace(/[{}]/g, "")
      .replace(/[^\w]+/g, "-")}`,
    description: description || summary,
    parameters: own,
    body,
    responses,
    writes: own.length < parameters.length,
  };
}

const answers = (responses) =>
  Object.entries(responses).flatMap(([status, { content = {}, description }]) =>
    Object.keys(content).length
      ? Object.entries(content).map(([type, { schema }]) => [status, type, schema, description])
      : [[status, null, undefined, description]],
  );

function fieldNames(schema, level = 0) {
  const { schema: known } = resolved(schema ?? {});
  if (level > DEEP) return "";
  const parts = [known.items, ...(known.anyOf ?? []), ...Object.values(known.properties ?? {})].filter(Boolean);
  return [...Object.keys(known.properties ?? {}), ...parts.map((part) => fieldNames(part, level + 1))].join(" ");
}

function draw() {
  const tags = [...new Set(calls.map(({ tag }) => tag))];
  $("contents").replaceChildren(
    ...tags.map((tag) =>
      make(
        "section",
        { "data-tag": tag },
        make("h2", {}, capital(tag)),
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
  $("groups").replaceChildren(
    ...tags.map((tag) =>
      make(
        "section",
        { class: "group", "data-tag": tag, "aria-labelledby": `tag-${tag}` },
        make("h2", { id: `tag-${tag}` }, capital(tag)),
        calls.filter((call) => call.tag === tag).map(entry),
      ),
    ),
  );
  const origin = new URL("./", location.href).href;
  $("samples").replaceChildren(
    sample(
      "With curl",
      `TOKEN=$(curl -s ${origin}api/session | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')\ncurl -s ${origin}api/uploads -H "${TOKEN}: $TOKEN" --data-binary @painting.jpg`,
    ),
    sample(
      "In Python",
      `import json, urllib.request\n\nserver = "${origin}"\ntoken = json.load(urllib.request.urlopen(server + "api/session"))["token"]\nwith open("painting.jpg", "rb") as file:\n    request = urllib.request.Request(server + "api/uploads", file.read(), {"${TOKEN}": token})\nupload = json.load(urllib.request.urlopen(request))["upload"]\nquery = json.dumps({"upload": upload, "k": 5}).encode()\nrequest = urllib.request.Request(server + "api/search", query, {"Content-Type": "application/json"})\nfor hit in json.load(urllib.request.urlopen(request))["hits"]:\n    print(hit["id"], hit["score"])`,
    ),
  );
}

const short = (path) => path.replace(/^\/api\//, "");
const badge = ({ method }) => make("span", { class: `method ${method}` }, method.toUpperCase());

/** A call, of which the inside is made when it is first opened. */
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
        call.writes ? make("span", { class: "token" }, "needs the token") : null,
      ),
      make("span", { class: "line" }, firstSentence(plain(call.description))),
    ),
  );
  element.querySelector("summary").addEventListener("click", () => {
    if (!element.open) history.replaceState(null, "", `#${call.id}`);
  });
  return element;
}

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
        { class: "faint", href: `#${call.id}`, "aria-label": `Link to ${call.method.toUpperCase()} ${call.path}` },
        "#",
      ),
    ),
    call.parameters.length
      ? make(
          "section",
          {},
          make("h4", {}, "Parameters"),
          make("ul", { class: "fields" }, call.parameters.map(parameter)),
        )
      : null,
    call.body ? make("section", {}, make("h4", {}, `Body, ${call.body[0]}`), fields(call.body[1].schema)) : null,
    make(
      "section",
      {},
      make("h4", {}, "Answers"),
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
              ` ${plain(description ?? "").replace("Successful Response", "the answer")}`,
              type ? make("span", { class: "faint" }, ` (${type})`) : null,
            ),
            status[0] === "2" && schema && type?.includes("json") ? fields(schema) : null,
          ),
        ),
      ),
    ),
    make("section", {}, make("h4", {}, "Example"), sample(null, curl(call))),
    form,
  );
}

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
        [place === "path" ? "in the path" : null, required ? "required" : null, limits(schema)]
          .filter(Boolean)
          .join(", "),
      ),
    ),
    description ? make("p", { class: "what" }, prose(description)) : null,
  );
}

/** A schema without references: { schema, name }. */
function resolved(schema) {
  if (schema?.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return { schema: schemas[name] ?? {}, name };
  }
  if (schema?.allOf?.length === 1) return resolved(schema.allOf[0]);
  return { schema: schema ?? {}, name: null };
}

function typeName(given) {
  const { schema, name } = resolved(given);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (name) return name;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeName))].join(" or ");
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeName).join(", ")}]`;
  if (schema.type === "array") return `list of ${typeName(schema.items)}`;
  if (schema.type === "object")
    return schema.additionalProperties
      ? `object of ${schema.additionalProperties === true ? "any value" : typeName(schema.additionalProperties)}`
      : "object";
  return (
    {
      integer: "integer",
      number: "number",
      string: schema.format === "binary" ? "the bytes of a file" : "text",
      boolean: "true or false",
      null: "null",
    }[schema.type] ?? "any value"
  );
}

function limits(given) {
  const { schema } = resolved(given);
  return [
    schema.minimum !== undefined ? `at least ${spelled(schema.minimum)}` : null,
    schema.maximum !== undefined ? `at most ${spelled(schema.maximum)}` : null,
    schema.maxLength !== undefined ? `up to ${spelled(schema.maxLength)} characters` : null,
    schema.maxItems !== undefined ? `up to ${count(schema.maxItems, "value")}` : null,
    given.default !== undefined && given.default !== null && given.default !== "" && given.default.length !== 0
      ? `default ${JSON.stringify(given.default)}`
      : null,
  ]
    .filter(Boolean)
    .join(", ");
}

/** The objects that stand in a schema: itself, or those of a list, a union or the values of an object. */
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

/** The fields of a schema, nested as they come. */
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
                  [schema.required?.includes(field) ? null : "may be left out", limits(value)]
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

/** A value that fits a schema, for an example. */
function exampleOf(given, level = 0) {
  const { schema } = resolved(given);
  if (schema.examples?.length) return schema.examples[0];
  if (given.default !== undefined && given.default !== null) return given.default;
  if (schema.enum) return schema.enum[0];
  if (schema.properties) {
    const named = { id: example, painting_id: example, hit: example, ids: [example] };
    const all = Object.keys(schema.properties),
      needed = all.filter((name) => schema.required?.includes(name)),
      asked = needed.length ? needed : all.filter((name) => name in named);
    return Object.fromEntries(
      (asked.length || level ? asked : all.slice(0, 1)).map((name) => [
        name,
        named[name] ?? exampleOf(schema.properties[name], level + 1),
      ]),
    );
  }
  if (schema.anyOf) return exampleOf(schema.anyOf.find(({ type }) => type !== "null") ?? {}, level + 1);
  if (schema.prefixItems) return schema.prefixItems.map((part) => exampleOf(part, level + 1));
  return (
    {
      array: () => (schema.items && level < 3 ? [exampleOf(schema.items, level + 1)] : []),
      object: () => ({}),
      integer: () => schema.minimum ?? 1,
      number: () => schema.minimum ?? 1,
      boolean: () => true,
    }[schema.type]?.() ?? "…"
  );
}

const inPath = (text) => text.split("/").map(encodeURIComponent).join("/");
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The address of a call with values for its parameters, lists as arrays. */
function addressOf(call, values) {
  const path = call.path.slice(1).replace(/\{(\w+)\}/g, (_, name) => inPath(values[name] ?? ""));
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

function curl(call) {
  const values = Object.fromEntries(
    call.parameters.filter(({ required }) => required).map((one) => [one.name, startValue(one)]),
  );
  const parts = [`curl ${quoted(new URL(addressOf(call, values), location.href).href)}`];
  if (!["get", "post"].includes(call.method) || (call.method === "post" && !call.body))
    parts.push(`-X ${call.method.toUpperCase()}`);
  if (call.writes) parts.push(`-H "${TOKEN}: $TOKEN"`);
  if (call.body)
    parts.push(
      ...(call.body[0].includes("json")
        ? ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(exampleOf(call.body[1].schema)))}`]
        : ["--data-binary @painting.jpg"]),
    );
  return parts.join(" \\\n  ");
}

const startValue = ({ name, schema }) =>
  name === "painting_id"
    ? example
    : name === "attribute" || name === "column"
      ? "style"
      : (schema?.default ??
        (["integer", "number"].includes(schema?.type) ? String(schema.minimum ?? 1) : name.toUpperCase()));

function sample(name, text) {
  const copied = make(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          copied.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(code);
          copied.textContent = "Selected";
        }
        setTimeout(() => {
          copied.textContent = "Copy";
        }, 2000);
      },
    },
    "Copy",
  );
  const code = make("pre", { tabindex: "0", role: "region", "aria-label": name ?? "Example" }, text);
  return make("div", { class: "sample" }, make("div", { class: "head" }, make("span", {}, name ?? ""), copied), code);
}

/** A form that sends the call and shows what comes back. */
function tryForm(call) {
  const told = make("div", { class: "told", "aria-live": "polite" }),
    boxes = new Map();
  const field = (one) => {
    const { schema } = resolved(one.schema),
      many = schema.type === "array",
      choices = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : null);
    const value = one.required ? startValue(one) : "",
      label = [one.name, one.required ? null : "optional", many ? "one a line" : null].filter(Boolean).join(", ");
    const box = choices
      ? make(
          "select",
          {},
          [...(one.required ? [] : [""]), ...choices].map((choice) => make("option", { value: choice }, choice)),
        )
      : many
        ? make("textarea", { rows: "2" })
        : make("input", {
            type: "text",
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
      onsubmit: async (event) => {
        event.preventDefault();
        const values = Object.fromEntries(
          [...boxes].map(([name, { box, many }]) => [
            name,
            many ? box.value.split("\n").map((line) => line.trim()) : box.value.trim(),
          ]),
        );
        await send(addressOf(call, values), told);
      },
    },
    make("h4", {}, "Try it"),
    make(
      "div",
      { class: "row" },
      call.parameters.filter(({ in: place }) => place !== "header").map(field),
      make("button", { class: "button" }, "Send"),
    ),
    told,
  );
}

async function send(address, told) {
  told.replaceChildren(make("p", { class: "faint" }, "One moment…"));
  const begun = performance.now();
  try {
    const response = await fetch(address);
    const data = await response.blob(),
      type = response.headers.get("Content-Type") ?? "";
    const line = make(
      "p",
      {},
      make("span", { class: `status s${String(response.status)[0]}` }, String(response.status)),
      ` ${spelled(data.size)} bytes in ${Math.round(performance.now() - begun)} ms: `,
      make("code", {}, address),
    );
    if (type.startsWith("image/") && response.ok) {
      const url = URL.createObjectURL(data);
      return told.replaceChildren(
        line,
        make("img", { src: url, alt: "The picture that was answered", onload: () => URL.revokeObjectURL(url) }),
      );
    }
    const text = type.includes("json") ? JSON.stringify(JSON.parse(await data.text()), null, 2) : await data.text();
    told.replaceChildren(
      line,
      make("pre", { tabindex: "0", role: "region", "aria-label": "Answer" }, text.slice(0, SHOWN)),
      text.length > SHOWN
        ? make("p", { class: "faint" }, `The first ${spelled(SHOWN)} of ${spelled(text.length)} characters.`)
        : "",
    );
  } catch (error) {
    told.replaceChildren(
      notice({
        message: "The server does not answer",
        hint: `Is “artextract serve” still running? (${error.message})`,
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

function find(words) {
  $("find").value = words;
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const hit = new Set(calls.filter(({ text }) => wanted.every((word) => text.includes(word))).map(({ id }) => id));
  for (const element of document.querySelectorAll(".call")) element.hidden = !hit.has(element.id);
  for (const element of document.querySelectorAll("[data-call]")) element.hidden = !hit.has(element.dataset.call);
  for (const section of document.querySelectorAll("[data-tag]"))
    section.hidden = !section.querySelector(".call:not([hidden]), [data-call]:not([hidden])");
  $("found").textContent = wanted.length
    ? hit.size
      ? count(hit.size, "call")
      : "No call has these words."
    : count(calls.length, "call");
}

/** Open the call that the address names. */
function open(focus = true) {
  const id = decodeURIComponent(location.hash.slice(1)),
    call = document.getElementById(id);
  for (const link of document.querySelectorAll("#contents a"))
    link.hash === location.hash ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  if (!call?.classList.contains("call")) return;
  if (call.hidden) {
    history.replaceState(null, "", `${location.pathname}${location.hash}`);
    find("");
  }
  call.open = true;
  call.scrollIntoView({ block: "start" });
  if (focus) call.querySelector("summary").focus({ preventScroll: true });
}

const firstSentence = (text) => text.match(/^.*?[.:;](?=\s|$)/s)?.[0].replace(/[:;]$/, ".") ?? text;

$("find").addEventListener(
  "input",
  later(120, () => {
    const words = $("find").value.trim();
    find($("find").value);
    history.replaceState(
      null,
      "",
      `${location.pathname}${words ? `?${new URLSearchParams({ find: words })}` : ""}${location.hash}`,
    );
  }),
);
addEventListener("hashchange", () => open());
addEventListener("keydown", (event) => {
  if (
    event.key !== "/" ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.closest("input, select, textarea")
  )
    return;
  event.preventDefault();
  $("find").focus();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("calls").focus();
});
themeButton($("theme"));
await start();
