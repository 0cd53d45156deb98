// The issuance planner: batches typed in a form become a document; the server says what it is worth.
import { ask, byId, later, make, show, told as tell, words } from "../studio/dom.js";

const told = tell("planner-told");
const page = byId("planner");
const RULES = ["per_yuan", "points", "seats"];
const HEADS = ["batch", "title", "sales", "reserve", "issues", "burned"];
let plan = null;
let typed = 0;

const own = (title) => (typeof title === "object" && title ? title[told.language] : title) || "";
const plain = (text) => String(text).replaceAll(/[,,\s]/g, "");
const ruleOf = (issue) => RULES.find((rule) => rule in issue) || "per_yuan";

// One line for each batch, so that the line of a mistake tells the batch.
function written() {
  const top = ["issuance", "title", "cap", "reserve", "opening", "pools"];
  const lines = top.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(plan[key])},`);
  const batches = plan.batches.map((batch) => JSON.stringify(batch)).join(",\n");
  return { text: `{\n${lines.join("\n")}\n"batches": [\n${batches}\n]}`, first: lines.length + 3 };
}

function field(holder, key, { label, kind = "num", number = true }) {
  const value = key === "title" ? own(holder.title) : (holder[key] ?? "");
  return make("input", {
    value,
    class: kind,
    "aria-label": label,
    "data-key": key,
    inputmode: number ? "decimal" : false,
    autocomplete: "off",
    oninput: (event) => {
      holder[key] = number ? plain(event.target.value) : event.target.value;
      changed();
    },
  });
}

function choice(options, chosen, label, onPick) {
  const listed = options.map(([value, name]) => make("option", { value, selected: value === chosen }, name));
  return make("select", { "aria-label": label, onchange: (event) => onPick(event.target.value) }, ...listed);
}

function issueRow(batch, issue, name) {
  const pools = [["", words.noPool], ...plan.pools.map((pool) => [pool.key, own(pool.title)])];
  const rule = ruleOf(issue);
  const swap = (next) => {
    const amount = issue[rule] || "1";
    const kept = issue.pool ? { pool: issue.pool } : {};
    const given = next === "seats" ? { seats: "1", each: amount } : { [next]: rule === "seats" ? issue.each : amount };
    batch.issue[batch.issue.indexOf(issue)] = { ...kept, ...given };
    drawBatches();
    changed();
  };
  const pick = (pool) => {
    if (pool) issue.pool = pool;
    else delete issue.pool;
    changed();
  };
  return make(
    "div",
    { class: "issuance-issue" },
    choice(pools, issue.pool || "", `${name} ${words.pool}`, pick),
    choice(RULES.map((one) => [one, words[one]]), rule, `${name} ${words.rule}`, swap),
    field(issue, rule, { label: `${name} ${words[rule]}` }),
    rule === "seats" ? field(issue, "each", { label: `${name} ${words.each}` }) : null,
    remover(words.removeIssue, name, () => batch.issue.splice(batch.issue.indexOf(issue), 1)),
  );
}

function remover(what, name, act) {
  return make(
    "button",
    {
      type: "button",
      class: "studio-link",
      "aria-label": `${what}: ${name}`,
      title: what,
      onclick: () => {
        act();
        drawBatches();
        byId("add-batch").focus();
        changed();
      },
    },
    "×",
  );
}

function batchRow(batch, number) {
  const name = `${words.batch} ${number}`;
  const add = () => {
    batch.issue.push(plan.pools.length ? { pool: plan.pools[0].key, per_yuan: "1" } : { per_yuan: "1" });
    drawBatches();
    changed();
  };
  return make(
    "tr",
    { "data-batch": number },
    make("td", { class: "num" }, String(number)),
    make("td", {}, field(batch, "title", { label: `${name} ${words.title}`, kind: "wide", number: false })),
    make("td", {}, field(batch, "sales", { label: `${name} ${words.sales}` })),
    make("td", {}, field(batch, "reserve", { label: `${name} ${words.reserve}`, kind: "rate" })),
    make(
      "td",
      {},
      ...batch.issue.map((issue, place) => issueRow(batch, issue, `${name}.${place + 1}`)),
      make("button", { type: "button", class: "studio-link", "aria-label": `${name} ${words.addIssue}`, onclick: add }, words.addIssue),
    ),
    make("td", {}, field(batch, "burned", { label: `${name} ${words.burned}` })),
    make("td", {}, remover(words.removeBatch, name, () => plan.batches.splice(plan.batches.indexOf(batch), 1))),
  );
}

function drawBatches() {
  show("batches", ...plan.batches.map((batch, place) => batchRow(batch, place + 1)));
}

function begin(next) {
  plan = structuredClone(next);
  for (const input of page.querySelectorAll("[data-top]")) input.value = plan[input.dataset.top];
  for (const input of page.querySelectorAll("[data-opening]")) input.value = plan.opening[input.dataset.opening];
  // figures of another plan must not stand beside this one
  byId("results").hidden = true;
  drawBatches();
  changed();
}

const look = later(async () => {
  const turn = typed;
  const { text, first } = written();
  const { status, body } = await ask(told.look, { document: text });
  // something was typed meanwhile: what came is of an older text
  if (turn !== typed) return;
  if (status !== 200) say("bad", (body && body.error && body.error.message) || words.lost);
  else if (body.problems.length) sayProblems(body.problems, first);
  else if (body.refused) sayRefused(body);
  else saySound(body, text);
  page.dataset.state = "ready";
}, 250);

function changed() {
  typed += 1;
  page.dataset.state = "busy";
  for (const button of page.querySelectorAll("[data-download]")) button.disabled = true;
  look();
}

function say(kind, message) {
  byId("state").className = `studio-state ${kind}`;
  byId("state").textContent = message;
  page.dataset.sound = kind === "publishable" ? "yes" : "no";
  show("problems");
  for (const row of page.querySelectorAll("tr.wrong")) row.classList.remove("wrong");
}

function mark(number) {
  const row = page.querySelector(`[data-batch="${number}"]`);
  if (row) row.classList.add("wrong");
  return row;
}

function complain(number, message) {
  const row = mark(number);
  const name = row ? `${words.batch} ${number}` : words.refused;
  const go = () => row && row.querySelector("input").focus();
  return make("button", { type: "button", onclick: go }, make("b", {}, name), message);
}

function sayProblems(problems, first) {
  say("invalid", words.refused);
  show("problems", ...problems.map((problem) => complain(problem.line - first + 1, problem.message)));
}

function sayRefused(body) {
  say("over_budget", words.refused);
  show("problems", complain(body.refused.batch, body.refused.message));
  drawPools(body.pools);
}

function saySound(body, text) {
  say("publishable", words.sound);
  byId("results").hidden = false;
  byId("download-document").value = text;
  for (const button of page.querySelectorAll("[data-download]")) button.disabled = false;
  byId("text").value = JSON.stringify(body.plan, null, 1);
  byId("table-caption").textContent = words.caption;
  show("table-heads", make("tr", {}, ...body.heads.map((head, place) => make("th", { scope: "col", class: place ? "num" : false }, head))));
  show("table-rows", ...body.rows.map(resultRow));
  show("charts", ...body.charts.map(picture));
  const said = body.rows.map((row) =>
    make("li", {}, make("b", {}, row.title), ...row.sentences.map((sentence) => make("p", {}, sentence))),
  );
  show("said", make("ol", {}, ...said));
  drawPools(body.pools);
}

function resultRow(row) {
  const [name, ...cells] = row.cells;
  const exact = ["small", "large", "floor", "ceiling"].map((key) => row.exact[`${key}_fen_per_point`]);
  const shown = cells.map((cell, place) => {
    const ratio = exact[place - (cells.length - exact.length)];
    return make("td", { class: "num", title: ratio ? `${ratio} · ${words.exact}` : false }, cell);
  });
  return make("tr", {}, make("th", { scope: "row" }, name), ...shown);
}

// The server draws; what comes is read as a document in which nothing runs.
function picture(text) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  return document.importNode(parsed.querySelector("figure"), true);
}

function drawPools(pools) {
  const heads = [words.pool, words.poolCap, words.poolGone, words.poolPlanned, words.poolLeft];
  show("pool-heads", make("tr", {}, ...heads.map((head, place) => make("th", { scope: "col", class: place ? "num" : false }, head))));
  const rows = pools.map((pool) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, pool.title),
      ...[pool.cap, pool.gone, pool.planned].map((amount) => make("td", { class: "num" }, amount)),
      make("td", { class: pool.is_over ? "num bad" : "num" }, pool.left),
    ),
  );
  show("pools", ...rows);
}

async function read() {
  const { status, body } = await ask(told.look, { document: byId("text").value });
  if (status !== 200) return show("text-problems", (body && body.error && body.error.message) || words.lost);
  const lines = body.problems.map((problem) =>
    make("p", { class: "bad" }, `${words.line.replace("{n}", problem.line)}: ${problem.message}`),
  );
  show("text-problems", ...lines);
  if (body.plan) begin(body.plan);
}

const titles = HEADS.map((key) => make("th", { scope: "col" }, key === "batch" ? "#" : words[key]));
show("batch-heads", ...titles, make("td"));
for (const input of page.querySelectorAll("[data-top]")) {
  input.addEventListener("input", () => {
    plan[input.dataset.top] = plain(input.value);
    changed();
  });
}
for (const input of page.querySelectorAll("[data-opening]")) {
  input.addEventListener("input", () => {
    plan.opening[input.dataset.opening] = plain(input.value);
    changed();
  });
}
byId("add-batch").addEventListener("click", () => {
  const pool = plan.pools[0];
  const issue = pool ? { pool: pool.key, per_yuan: "1" } : { per_yuan: "1" };
  const title = `${words.newBatch} ${plan.batches.length + 1}`;
  plan.batches.push({ title, sales: "1000000.00", reserve: plan.reserve, issue: [issue], burned: "0" });
  drawBatches();
  byId("batches").lastElementChild.querySelector("input").focus();
  changed();
});
byId("begin").addEventListener("click", () => begin(told.plans[byId("start").value]));
byId("read").addEventListener("click", read);
byId("start").value = told.first;
begin(told.plans[told.first]);
