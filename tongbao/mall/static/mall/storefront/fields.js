// The fields of a block. Each writes into the block that it was made for and says that something changed.
import { make, options, words } from "./dom.js";

const labelled = (label, input) => make("label", {}, label, input);

export function textField(row, key, label, most, changed, more = {}) {
  const input = make("input", { value: row[key] || "", maxlength: most, autocomplete: "off", "data-field": key, ...more });
  input.addEventListener("input", () => {
    row[key] = input.value;
    changed();
  });
  return labelled(label, input);
}

export function textArea(row, key, label, changed) {
  const input = make("textarea", { rows: 4, maxlength: options.maxText, "data-field": key });
  input.value = row[key] || "";
  input.addEventListener("input", () => {
    row[key] = input.value;
    changed();
  });
  return labelled(label, input);
}

export function wholeField(row, key, label, most, changed) {
  const input = make("input", { type: "number", min: 1, max: most, value: row[key], "data-field": key });
  input.addEventListener("input", () => {
    row[key] = input.value === "" ? null : Number(input.value);
    changed();
  });
  return labelled(label, input);
}

// choices: [[value, label], …]
export function choice(label, choices, chosen, name, pick) {
  const select = make("select", { "data-field": name });
  for (const [value, said] of choices) select.append(make("option", { value, selected: String(value) === String(chosen) }, said));
  select.addEventListener("change", () => pick(select.value));
  return labelled(label, select);
}

export function iconField(row, changed) {
  const picture = make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, row.icon);
  const field = choice(words.icon, options.icons.map((icon) => [icon, icon]), row.icon, "icon", (icon) => {
    row.icon = icon;
    picture.textContent = icon;
    changed();
  });
  field.append(picture);
  field.classList.add("composer-icon");
  return field;
}

const firstCategory = () => options.categories[0]?.[0] ?? null;

export function categoryField(row, key, changed) {
  return choice(words.category, options.categories, row[key], key, (value) => {
    row[key] = Number(value);
    changed();
  });
}

// Where a picture or an entry leads: always inside the mall.
export function targetField(row, mayBeNowhere, changed) {
  const detail = make("div");
  const kinds = [
    ["product", words.product],
    ["category", words.category],
    ["page", words.page],
  ];
  if (mayBeNowhere) kinds.unshift(["", words.nowhere]);

  function show() {
    const target = row.target;
    if (!target) detail.replaceChildren();
    else if (target.kind === "product")
      detail.replaceChildren(textField(target, "code", words.code, 64, changed, { list: "composer-products" }));
    else if (target.kind === "category") detail.replaceChildren(categoryField(target, "id", changed));
    else
      detail.replaceChildren(
        choice(words.page, options.pages, target.path, "path", (path) => {
          target.path = path;
          changed();
        }),
      );
  }

  const kind = choice(words.target, kinds, row.target?.kind ?? "", "target", (chosen) => {
    if (chosen === "product") row.target = { kind: "product", code: "" };
    else if (chosen === "category") row.target = { kind: "category", id: firstCategory() };
    else if (chosen === "page") row.target = { kind: "page", path: options.pages[0][0] };
    else row.target = null;
    show();
    changed();
  });
  show();
  return make("div", { class: "composer-target" }, kind, detail);
}

export function newBlock(kind) {
  if (kind === "banner") return { kind, pictures: [] };
  if (kind === "grid") return { kind };
  if (kind === "products") return { kind, title: words.goods, title_en: "", source: "goods", category_id: null, limit: 6 };
  return { kind, title: "", title_en: "", text: words.newText, text_en: "" };
}

export const newEntry = () => ({
  title: words.entry,
  title_en: "",
  icon: options.icons[0],
  target: { kind: "page", path: options.pages[0][0] },
});

export { firstCategory };
