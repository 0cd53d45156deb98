// The studio: looks at the text whenever typing pauses, saves it, and draws the chain.
import { ask, byId, later, told, words } from "./dom.js";
import { documentText, onTyping, setDocument, showProblems } from "./editor.js";
import { showPlan, showState } from "./panels.js";
import { begin, follow } from "./what-if.js";

const root = byId("studio");
const addresses = told("studio-addresses");
const saved = byId("saved");
const title = byId("draft-title");
const publish = byId("publish");
let revision = Number(root.dataset.revision);
let kept = { title: title.value, document: documentText() };
let looked = 0;

const isDirty = () => kept.title !== title.value || kept.document !== documentText();

function showDirty() {
  const dirty = isDirty();
  saved.classList.remove("bad");
  if (dirty) saved.textContent = words.unsaved;
  // Only what is saved can be published.
  publish?.setAttribute("aria-disabled", String(dirty));
}

async function look() {
  looked += 1;
  const turn = looked;
  root.dataset.state = "busy";
  const answer = await ask(addresses.check, {
    document: documentText(),
    jurisdiction: byId("jurisdiction").value,
  });
  if (turn !== looked) return;
  root.dataset.sound = answer.body?.sound ? "yes" : "no";
  if (answer.status !== 200) {
    showState("bad", answer.body?.error?.message || words.lost);
  } else if (!answer.body.sound) {
    showProblems(answer.body.problems);
    showState("invalid", `${words.problems}: ${answer.body.problems.length}`);
  } else {
    const seen = answer.body;
    showProblems([], seen.lint.findings.flatMap((one) => one.reasons.map((reason) => reason.line)).filter(Boolean));
    showState(seen.state, [seen.title, seen.sign_off.join(", ")].filter(Boolean).join(" · "));
    showPlan(seen);
    await follow(seen);
  }
  if (turn === looked) root.dataset.state = "ready";
}

function keep(answer) {
  revision = answer.revision;
  root.dataset.revision = String(revision);
  saved.textContent = `${words.saved} ${revision}`;
  if (publish) publish.href = answer.publish;
}

function refuse(answer) {
  saved.textContent = answer.body?.error?.message || words.lost;
  saved.classList.add("bad");
}

async function save() {
  const sent = { title: title.value, document: documentText() };
  const answer = await ask(addresses.save, { ...sent, revision });
  if (answer.status !== 200) {
    refuse(answer);
    return;
  }
  kept = sent;
  keep(answer.body);
  if (isDirty()) showDirty();
  else publish?.setAttribute("aria-disabled", "false");
}

async function restore(text) {
  // What is typed and not saved yet becomes a revision first.
  if (isDirty()) await save();
  if (isDirty()) return;
  const answer = await ask(addresses.restore, { revision, text });
  if (answer.status !== 200) {
    refuse(answer);
    return;
  }
  kept = { title: title.value, document: answer.body.document };
  setDocument(answer.body.document);
  keep(answer.body);
  look();
}

const lookSoon = later(look, 400);
onTyping(() => {
  root.dataset.state = "busy";
  showDirty();
  lookSoon();
});
title.addEventListener("input", showDirty);
byId("check").addEventListener("click", look);
byId("save").addEventListener("click", save);
byId("jurisdiction").addEventListener("change", look);
for (const button of document.querySelectorAll("[data-restore]"))
  button.addEventListener("click", () => restore(Number(button.dataset.restore)));
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey)) return;
  if (event.key.toLowerCase() === "s") {
    event.preventDefault();
    save();
  } else if (event.key === "Enter") {
    event.preventDefault();
    look();
  }
});
window.addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});
begin({ whatIf: addresses.whatIf, documentText });
look();
