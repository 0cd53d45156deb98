// The composer: one look, its fields, a preview that the server renders, and saving.
import { begin, markProblem, uploaded } from "./blocks.js";
import { ask, byId, later, options, pictureInput, told, words } from "./dom.js";

const root = byId("composer");
const look = told("composer-look");
const addresses = told("composer-addresses");
const preview = byId("preview");
const problem = byId("problem");
const [message, useDarker] = problem.children;
let kept = JSON.stringify(look);
let turn = 0;
let language = document.querySelector("[data-language][aria-pressed=true]").dataset.language;

const isDirty = () => JSON.stringify(look) !== kept;

function refuse(said) {
  problem.hidden = !said;
  message.textContent = said?.message ?? "";
  useDarker.hidden = !said?.darker;
  if (said?.darker) {
    useDarker.textContent = words.use.replace("{colour}", said.darker);
    useDarker.dataset.colour = said.darker;
  }
  markProblem(said?.place);
}

async function watch() {
  turn += 1;
  const mine = turn;
  const answer = await ask(addresses.preview, { look, language });
  if (mine !== turn) return;
  if (answer.status !== 200) refuse(answer.body?.problem ?? { message: words.lost });
  else if (answer.body.problem) refuse(answer.body.problem);
  else {
    refuse(null);
    const top = preview.scrollTop;
    // Written by our own template, which escapes every word of the operator's.
    preview.innerHTML = answer.body.html;
    preview.scrollTop = top;
    preview.style.setProperty("--shop", answer.body.colour);
  }
  root.dataset.sound = problem.hidden ? "yes" : "no";
  root.dataset.state = "ready";
}

const watchSoon = later(watch, 300);

function changed() {
  root.dataset.state = "busy";
  turn += 1;
  if (isDirty()) byId("saved").textContent = words.unsaved;
  watchSoon();
}

async function save() {
  const sent = JSON.stringify(look);
  const answer = await ask(addresses.save, { look, based_on: Number(root.dataset.version) });
  if (answer.status !== 200) {
    refuse(answer.body?.problem ?? { message: words.lost });
    return;
  }
  kept = sent;
  location.reload();
}

for (const key of ["name", "name_en"]) {
  const input = byId(key);
  input.value = look[key];
  input.addEventListener("input", () => {
    look[key] = input.value;
    changed();
  });
}

function colour(value, source) {
  look.colour = value;
  if (source !== "text") byId("colour").value = value;
  if (source !== "picker" && /^#[0-9a-f]{6}$/i.test(value)) byId("colour-picker").value = value.toLowerCase();
}
colour(look.colour);
byId("colour").addEventListener("input", (event) => {
  colour(event.target.value.trim(), "text");
  changed();
});
byId("colour-picker").addEventListener("input", (event) => {
  colour(event.target.value, "picker");
  changed();
});
useDarker.addEventListener("click", () => {
  colour(useDarker.dataset.colour);
  byId("colour").focus();
  changed();
});

function showLogo() {
  const shown = byId("logo-shown");
  shown.hidden = !look.logo;
  if (look.logo) shown.src = options.urls[look.logo];
  byId("logo-remove").hidden = !look.logo;
}
showLogo();
pictureInput(byId("logo-file"), async (picked) => {
  const file = await uploaded(picked);
  if (!file) return;
  look.logo = file;
  showLogo();
  changed();
});
byId("logo-remove").addEventListener("click", () => {
  look.logo = "";
  showLogo();
  changed();
});

for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => {
    language = button.dataset.language;
    for (const one of document.querySelectorAll("[data-language]"))
      one.setAttribute("aria-pressed", String(one === button));
    root.dataset.state = "busy";
    watch();
  });
byId("save").addEventListener("click", save);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    save();
  }
});
window.addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});
begin(look, { changed, refuse, say: (text) => (byId("said").textContent = text) });
watch();
