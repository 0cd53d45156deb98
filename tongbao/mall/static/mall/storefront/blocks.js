// The list of blocks: ordered by dragging (mouse) or by arrows (keyboard, touch), each with its fields.
import { byId, make, options, pictureInput, told, upload, words } from "./dom.js";
import {
  categoryField,
  choice,
  firstCategory,
  iconField,
  newBlock,
  newEntry,
  targetField,
  textArea,
  textField,
  wholeField,
} from "./fields.js";

const list = byId("blocks");
const addresses = told("composer-addresses");
let blocks = [];
let changed = () => {};
let say = () => {};
let refuse = () => {};
let dragged = null;
// The blocks whose fields are shown; the others are a line each, which makes them easy to order.
const unfolded = new WeakSet();

const said = (text, kind, n) => text.replace("{kind}", words[kind]).replace("{n}", n);

export async function uploaded(file) {
  const answer = await upload(addresses.upload, file);
  if (answer.status !== 200) {
    refuse(answer.body?.problem ?? { message: words.lost });
    return null;
  }
  options.urls[answer.body.file] = answer.body.url;
  return answer.body.file;
}

function move(from, to) {
  if (to < 0 || to >= blocks.length || from === to) return;
  const [block] = blocks.splice(from, 1);
  blocks.splice(to, 0, block);
  show();
  say(said(words.moved, block.kind, to + 1));
  changed();
}

// Arrows and a cross for one row of an array; what has the focus keeps it at the row's new place.
function handles(rows, at, name, again) {
  const press = (step, key) => {
    const [row] = rows.splice(at, 1);
    if (step) rows.splice(at + step, 0, row);
    again(step ? at + step : Math.min(at, rows.length - 1), key);
  };
  const button = (key, sign, step, disabled) =>
    make("button", { type: "button", class: "composer-handle", "aria-label": `${words[key]}: ${name}`, "data-step": key, disabled, onclick: () => press(step, key) }, sign);
  return make(
    "span",
    { class: "composer-handles" },
    button("up", "↑", -1, at === 0),
    button("down", "↓", 1, at === rows.length - 1),
    button("remove", "✕", 0, false),
  );
}

function focusStep(row, key) {
  const wanted = row?.querySelector(`:scope > header [data-step=${key}]`);
  (wanted && !wanted.disabled ? wanted : row?.querySelector(":scope > header [data-step]:not(:disabled)"))?.focus();
}

// A list inside a block: pictures of a banner, entries of a grid.
function inner(rows, word, fields, add) {
  const box = make("div", { class: "composer-inner" });
  const again = (at, key) => {
    fill();
    if (key) focusStep(box.children[at], key);
    changed();
  };
  function fill() {
    const shown = rows.map((row, at) =>
      make(
        "div",
        { class: "composer-row" },
        make("header", {}, `${word} ${at + 1}`, handles(rows, at, `${word} ${at + 1}`, again)),
        ...fields(row),
      ),
    );
    box.replaceChildren(...shown, add(again));
  }
  fill();
  return box;
}

function picturesOf(block) {
  const fields = (row) => [
    make("img", { src: options.urls[row.file] || "", alt: row.title, class: "composer-slide" }),
    textField(row, "title", words.title, options.maxTitle, changed),
    textField(row, "title_en", words.titleEn, options.maxTitleEn, changed),
    targetField(row, true, changed),
  ];
  const add = (again) => {
    const input = make("input", { type: "file", accept: "image/jpeg,image/png,image/webp", class: "composer-hidden", "data-field": "upload" });
    const text = make("span", {}, words.addPicture);
    pictureInput(input, async (picked) => {
      text.textContent = words.uploading;
      const file = await uploaded(picked);
      if (file) block.pictures.push({ file, title: "", title_en: "", target: null });
      again();
    });
    if (block.pictures.length >= options.maxPictures) return null;
    const note = block.pictures.length ? null : make("p", { class: "composer-note" }, words.noPictures);
    return make("div", {}, note, make("label", { class: "composer-button" }, text, input));
  };
  return inner(block.pictures, words.picture, fields, (again) => add(again) ?? make("span"));
}

function gridOf(block) {
  const box = make("div");
  const fields = (row) => [
    textField(row, "title", words.title, 12, changed),
    textField(row, "title_en", words.titleEn, 24, changed),
    iconField(row, changed),
    targetField(row, false, changed),
  ];
  const add = (again) =>
    make("button", {
      type: "button",
      class: "composer-button",
      disabled: block.items.length >= options.maxItems,
      onclick: () => {
        block.items.push(newEntry());
        again();
      },
    }, words.addEntry);
  function fill() {
    const mode = choice(words.shows, [["apps", words.apps], ["own", words.ownEntries]], block.items ? "own" : "apps", "mode", (chosen) => {
      if (chosen === "own") block.items = [newEntry()];
      else delete block.items;
      fill();
      changed();
    });
    box.replaceChildren(mode, block.items ? inner(block.items, words.entry, fields, add) : "");
  }
  fill();
  return box;
}

function productsOf(block) {
  const where = make("div");
  const sources = [["packs", words.packs], ["goods", words.goods]];
  if (options.categories.length) sources.push(["category", words.category]);
  const fill = () => where.replaceChildren(block.source === "category" ? categoryField(block, "category_id", changed) : "");
  const source = choice(words.source, sources, block.source, "source", (chosen) => {
    block.source = chosen;
    block.category_id = chosen === "category" ? firstCategory() : null;
    fill();
    changed();
  });
  fill();
  return make(
    "div",
    { class: "composer-fields" },
    textField(block, "title", words.title, options.maxTitle, changed),
    textField(block, "title_en", words.titleEn, options.maxTitleEn, changed),
    source,
    where,
    wholeField(block, "limit", words.limit, options.maxProducts, changed),
  );
}

function textOf(block) {
  return make(
    "div",
    { class: "composer-fields" },
    textField(block, "title", words.title, options.maxTitle, changed),
    textField(block, "title_en", words.titleEn, options.maxTitleEn, changed),
    textArea(block, "text", words.bodyText, changed),
    textArea(block, "text_en", words.bodyTextEn, changed),
    make("p", { class: "composer-note wide" }, words.textHelp),
  );
}

const FIELDS = { banner: picturesOf, grid: gridOf, products: productsOf, text: textOf };

function summary(block) {
  if (block.kind === "banner") return block.pictures.length ? `${block.pictures.length} × ${words.picture}` : "";
  if (block.kind === "grid") return block.items ? block.items.map((item) => item.title).join(" · ") : words.apps;
  return block.title || block.text || "";
}

// The line of a block: a click, Enter or Space shows and hides its fields.
function fold(block, item) {
  const name = make("b", {}, words[block.kind]);
  const about = make("small");
  const button = make("button", { type: "button", class: "composer-fold", onclick: () => turn(!unfolded.has(block)) }, name, about);
  function turn(open) {
    if (open) unfolded.add(block);
    else unfolded.delete(block);
    button.setAttribute("aria-expanded", String(open));
    about.textContent = open ? "" : summary(block);
    item.lastElementChild.hidden = !open;
  }
  item.append(make("header", {}, button), make("div", {}, FIELDS[block.kind](block)));
  turn(unfolded.has(block));
}

function card(block, at) {
  const name = `${words[block.kind]} ${at + 1}`;
  const grip = make("span", { class: "composer-grip material-symbols-outlined", draggable: "true", title: words.drag, "aria-hidden": "true" }, "drag_indicator");
  const again = (to, key) => {
    show();
    focusStep(list.children[to], key);
    say(key === "remove" ? said(words.removed, block.kind, "") : said(words.moved, block.kind, to + 1));
    changed();
  };
  const item = make("li", { class: "composer-block", "data-kind": block.kind });
  fold(block, item);
  item.firstElementChild.prepend(grip);
  item.firstElementChild.append(handles(blocks, at, name, again));
  grip.addEventListener("dragstart", (event) => {
    dragged = at;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", String(at));
    event.dataTransfer.setDragImage(item, 12, 12);
    item.classList.add("dragged");
  });
  grip.addEventListener("dragend", () => {
    dragged = null;
    item.classList.remove("dragged");
    mark(null);
  });
  return item;
}

// Before which card the pointer is; after the last one, the number of cards.
function place(y) {
  const cards = [...list.children];
  const at = cards.findIndex((one) => y < one.getBoundingClientRect().top + one.offsetHeight / 2);
  return at < 0 ? cards.length : at;
}

function mark(at) {
  [...list.children].forEach((one, number) => {
    one.classList.toggle("drop-before", number === at);
    one.classList.toggle("drop-after", at === list.children.length && number === at - 1);
  });
}

for (const name of ["dragenter", "dragover"])
  list.addEventListener(name, (event) => {
    if (dragged === null) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    mark(place(event.clientY));
  });
list.addEventListener("drop", (event) => {
  if (dragged === null) return;
  event.preventDefault();
  const to = place(event.clientY);
  const from = dragged;
  mark(null);
  move(from, to > from ? to - 1 : to);
});

function show() {
  list.replaceChildren(...blocks.map(card));
  for (const button of document.querySelectorAll("#add button")) button.disabled = blocks.length >= options.maxBlocks;
}

export function markProblem(place) {
  const [field, number] = (place || "").split(".");
  [...list.children].forEach((one, at) => one.classList.toggle("bad", field === "blocks" && Number(number) === at));
}

export function begin(look, hooks) {
  blocks = look.blocks;
  ({ changed, say, refuse } = hooks);
  for (const kind of Object.keys(FIELDS)) {
    byId("add").append(
      make("button", {
        type: "button",
        class: "composer-button",
        "data-add": kind,
        onclick: () => {
          const block = newBlock(kind);
          blocks.push(block);
          unfolded.add(block);
          show();
          list.lastElementChild.scrollIntoView({ block: "nearest" });
          list.lastElementChild.querySelector("input:not([type=file]), select")?.focus();
          say(said(words.added, kind, blocks.length));
          changed();
        },
      }, words[kind]),
    );
  }
  show();
}
