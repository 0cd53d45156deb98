// A chain of people that somebody draws; the server says who gets what.
import { ask, byId, draw, later, make, show, words } from "./dom.js";
import { drawPeople } from "./people.js";

const LEVELS = ["county", "city", "province"];
const MOST_SPONSORS = 40;
const picture = byId("chain");
const state = { amounts: { net: "198.00" }, product: "", buyer_rank: "", sponsors: [], agents: [] };
let plan = null;
let address = "";
let read = () => "";
let asked = 0;

export function begin({ whatIf, documentText }) {
  address = whatIf;
  read = documentText;
}

// A new reading of the plan: its ranks, products and bases.
export function follow(seen) {
  const isFirst = plan === null;
  plan = seen;
  const keys = seen.ranks.map((rank) => rank.key);
  if (isFirst) {
    state.sponsors = [0, 1, 2].map(() => person(keys[0]));
    state.agents = LEVELS.map((level) => ({ level, active: true }));
    state.product = seen.products[0] || "";
  }
  for (const one of state.sponsors) if (!keys.includes(one.rank)) one.rank = keys[0];
  if (!keys.includes(state.buyer_rank)) state.buyer_rank = keys[0];
  if (state.product && !seen.products.includes(state.product)) state.product = "";
  showTools();
  return pay();
}

const person = (rank) => ({ rank, active: true, recruits: 0, own: "0", team: "0" });

function option(value, title, chosen) {
  return make("option", { value, selected: value === chosen }, title);
}

function showTools() {
  const inputs = plan.bases.map((base) =>
    make(
      "label",
      {},
      `${base.title} `,
      make("input", {
        id: `amount-${base.key}`,
        inputmode: "decimal",
        value: state.amounts[base.key] || "0",
        oninput: (event) => {
          state.amounts[base.key] = event.target.value;
          paySoon();
        },
      }),
      " ",
    ),
  );
  // Not while somebody types in them.
  if (!byId("amounts").contains(document.activeElement)) show("amounts", ...inputs);
  show("product", option("", words.noProduct, state.product), ...plan.products.map((one) => option(one, one, state.product)));
  show("buyer-rank", ...plan.ranks.map((rank) => option(rank.key, rank.title, state.buyer_rank)));
  byId("chain-help").textContent = words.raise;
}

function showNeeds() {
  const names = { recruits: "recruits", own_fen: "own", team_fen: "team" };
  if (byId("needs").contains(document.activeElement)) return;
  if (!plan.needs.length) {
    show("needs");
    return;
  }
  const head = make("tr", {}, make("th"), ...plan.needs.map((need) => make("th", {}, words[need])));
  const rows = state.sponsors.map((one, index) =>
    make(
      "tr",
      {},
      make("td", {}, `${words.sponsor} ${index + 1}`),
      ...plan.needs.map((need) => make("td", {}, needInput(one, names[need], `${words[need]} ${index + 1}`))),
    ),
  );
  show("needs", make("table", { class: "studio-table" }, make("tbody", {}, head, ...rows)));
}

function needInput(one, name, label) {
  return make("input", {
    inputmode: "numeric",
    "aria-label": label,
    value: one[name],
    oninput: (event) => {
      one[name] = name === "recruits" ? Number.parseInt(event.target.value, 10) || 0 : event.target.value;
      paySoon();
    },
  });
}

async function pay() {
  if (plan === null) return;
  asked += 1;
  const turn = asked;
  const answer = await ask(address, { document: read(), chain: state });
  if (turn !== asked) return;
  if (answer.status !== 200) return;
  if (answer.body.refused) {
    show("outcome", make("p", { class: "bad", role: "alert" }, answer.body.refused));
    return;
  }
  drawChain(answer.body);
  showOutcome(answer.body);
  showNeeds();
}

const paySoon = later(pay, 250);

function raise(index, step) {
  const keys = plan.ranks.map((rank) => rank.key);
  const at = keys.indexOf(state.sponsors[index].rank);
  state.sponsors[index].rank = keys[(at + step + keys.length) % keys.length];
  pay();
}

function remove(index) {
  state.sponsors.splice(index, 1);
  pay();
}

function turn(someone) {
  someone.active = !someone.active;
  pay();
}

const KEYS = { Enter: "up", " ": "up", ArrowUp: "up", ArrowDown: "down", a: "turn", A: "turn", Delete: "remove", Backspace: "remove" };

function button(id, label, action) {
  return {
    role: "button",
    tabindex: 0,
    "aria-label": label,
    "data-focus": id,
    onclick: action,
    onkeydown: (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        action();
      }
    },
  };
}

function toolsFor(someone) {
  if (someone.level) return agentTools(someone);
  if (someone.index === undefined) return null;
  const index = someone.index;
  const acts = {
    up: () => raise(index, 1),
    down: () => raise(index, -1),
    turn: () => turn(state.sponsors[index]),
    remove: () => remove(index),
  };
  const label = `${someone.title}: ${someone.rank_title}, ${someone.amount}`;
  const head = {
    ...button(`sponsor-${index}`, label, acts.up),
    onkeydown: (event) => {
      const act = KEYS[event.key];
      if (!act || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      acts[act]();
    },
  };
  const tool = (sign, word, act) => ({ sign, attributes: button(`${act}-${index}`, `${someone.title}: ${word}`, acts[act]) });
  return { head, buttons: [tool("switch", words.switch, "turn"), tool("remove", words.remove, "remove")] };
}

// An agent is there, there and inactive, or not there; a click goes round.
function agentTools(someone) {
  const act = () => {
    const at = state.agents.findIndex((agent) => agent.level === someone.level);
    if (at < 0) state.agents.push({ level: someone.level, active: true });
    else if (state.agents[at].active) state.agents[at].active = false;
    else state.agents.splice(at, 1);
    pay();
  };
  return { head: button(`agent-${someone.level}`, `${someone.title}: ${someone.note || someone.amount}`, act) };
}

function drawChain(outcome) {
  const focused = document.activeElement?.getAttribute("data-focus");
  const sponsors = outcome.sponsors.map((one, index) => ({
    ...one,
    index,
    id: `sponsor-${index + 1}`,
    note: one.active ? "" : words.inactive,
  }));
  const there = new Map(outcome.agents.map((agent) => [agent.level, agent]));
  const aside = LEVELS.map((level) => {
    const agent = there.get(level);
    if (agent) return { ...agent, id: level, note: agent.active ? "" : words.inactive };
    const title = plan.levels[level];
    return { level, id: level, title, active: false, note: words.absent, amount: "0.00", amount_fen: 0, awards: [] };
  });
  drawPeople(picture, {
    main: [...sponsors].reverse(),
    buyer: { ...outcome.buyer, id: "buyer" },
    aside,
    width: 560,
    toolsFor,
    caption: words.agents,
  });
  if (focused) picture.querySelector(`[data-focus="${focused}"]`)?.focus();
}

function showOutcome(outcome) {
  const line = (title, amount, name) => [make("dt", {}, title), make("dd", { "data-testid": name }, amount)];
  const bars = draw(
    "svg",
    { class: "studio-bar-picture", viewBox: "0 0 1000 40", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "budget", width: outcome.bound_width, height: 40 }),
    draw("rect", { class: "worst", y: 8, width: outcome.total_width, height: 24 }),
  );
  show(
    "outcome",
    make(
      "dl",
      {},
      ...line(words.total, `${outcome.total} (${outcome.rate})`, "total"),
      ...(outcome.bound ? line(words.bound, `${outcome.bound} (${outcome.bound_rate})`, "bound") : []),
      ...outcome.aside.flatMap((one) => line(`${words.aside} ${one.clause}`, one.amount)),
      ...line(words.platform, outcome.platform, "platform"),
      ...outcome.rests.flatMap((one) => line(`${words.rests}: ${one.clause}`, one.amount)),
    ),
    bars,
  );
}

byId("add-sponsor").addEventListener("click", () => {
  if (plan === null || state.sponsors.length >= MOST_SPONSORS) return;
  state.sponsors.push(person(plan.ranks[0].key));
  pay();
});
byId("draw-worst").addEventListener("click", () => {
  if (plan === null) return;
  Object.assign(state, structuredClone(plan.proof.witness.drawn));
  showTools();
  pay();
});
byId("product").addEventListener("change", (event) => {
  state.product = event.target.value;
  pay();
});
byId("buyer-rank").addEventListener("change", (event) => {
  state.buyer_rank = event.target.value;
  pay();
});
