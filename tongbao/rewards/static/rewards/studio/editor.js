// The text with its line numbers; problems stand at their lines, and a click goes there.
import { byId, make, show, words } from "./dom.js";

const text = byId("document");
const gutter = byId("gutter");
const LINE_HEIGHT = 20;

export const documentText = () => text.value;

export function setDocument(value) {
  text.value = value;
  number([], []);
}

function number(wrong, law) {
  const marked = new Set(wrong);
  const found = new Set(law);
  const lines = text.value.split("\n").length;
  const rows = [];
  for (let line = 1; line <= lines; line += 1) {
    const kind = marked.has(line) ? "wrong" : found.has(line) ? "law" : null;
    rows.push(make("div", { class: kind, "data-line": line }, String(line)));
  }
  gutter.replaceChildren(...rows);
  gutter.scrollTop = text.scrollTop;
}

export function goTo(line, column = 1) {
  const lines = text.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const inside = Math.min(column - 1, (lines[line - 1] || "").length);
  text.focus();
  text.setSelectionRange(before + inside, before + (lines[line - 1] || "").length);
  text.scrollTop = Math.max(0, (line - 6) * LINE_HEIGHT);
}

export const lineLink = (line) =>
  line
    ? make("button", { type: "button", class: "studio-link", onclick: () => goTo(line) }, words.line.replace("{n}", line))
    : null;

export function showProblems(problems, law = []) {
  number(problems.map((problem) => problem.line), law);
  text.setAttribute("aria-invalid", problems.length ? "true" : "false");
  show(
    "problems",
    ...problems.map((problem) =>
      make(
        "button",
        { type: "button", onclick: () => goTo(problem.line, problem.column) },
        make("b", {}, `${problem.line}:${problem.column}`),
        problem.text,
      ),
    ),
  );
}

export function onTyping(action) {
  text.addEventListener("input", () => {
    if (gutter.childElementCount !== text.value.split("\n").length) number([], []);
    action();
  });
}

text.addEventListener("scroll", () => {
  gutter.scrollTop = text.scrollTop;
});
number([], []);
