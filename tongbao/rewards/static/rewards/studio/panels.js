// What stands beside the text: clauses in words, proof, lint, difference.
import { byId, draw, make, show, words } from "./dom.js";
import { lineLink } from "./editor.js";
import { drawPeople } from "./people.js";

export function showState(state, note = "") {
  const place = byId("state");
  place.className = `studio-state ${state}`;
  place.textContent = [words[state] || "", note].filter(Boolean).join(" · ");
}

export function showPlan(seen) {
  const clauses = seen.sentences.map((one) => make("li", {}, one.text, " ", lineLink(one.line)));
  show(
    "sentences",
    make("p", { class: "rule" }, seen.rule),
    make("ol", {}, ...clauses),
    seen.promotions.length ? make("ul", {}, ...seen.promotions.map((one) => make("li", {}, one))) : null,
  );
  showProof(seen.proof, seen.hindrances);
  showLint(seen.lint);
  showDifference(seen.difference);
}

function bar(proof) {
  return draw(
    "svg",
    { class: "studio-bar-picture", viewBox: "0 0 1000 40", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "budget", width: proof.budget_width, height: 40 }),
    draw("rect", { class: `worst${proof.within ? "" : " over"}`, y: 8, width: proof.worst_width, height: 24 }),
  );
}

function showProof(proof, hindrances) {
  const parts = [];
  if (proof.bounded) {
    parts.push(
      make(
        "p",
        {},
        `${words.worst} `,
        make("b", { class: proof.within ? null : "bad", "data-testid": "worst" }, proof.worst),
        ` · ${words.budget} ${proof.budget}`,
      ),
      bar(proof),
    );
  }
  for (const item of proof.unbounded) parts.push(make("p", { class: "bad" }, item.text, " ", lineLink(item.line)));
  if (proof.bases.length > 1) {
    for (const part of proof.bases)
      parts.push(make("p", { class: part.within ? null : "bad" }, `${part.base}: ${part.worst} / ${part.budget}`));
  }
  for (const pool of proof.pools) parts.push(make("p", {}, make("code", {}, pool.clause), ` ${words.pool} ${pool.rate}`));
  for (const item of hindrances)
    parts.push(make("p", { class: "bad" }, make("code", {}, item.clause), ` ${item.text} `, lineLink(item.line)));
  const witness = proof.witness;
  const said = `${witness.total} ${words.orderOf} ${witness.base}${witness.product ? ` (${witness.product})` : ""}`;
  const picture = draw("svg", { class: "studio-chain", role: "img", "aria-label": said });
  drawPeople(picture, {
    main: [...witness.people.filter((one) => !one.side).reverse()],
    buyer: witness.buyer,
    aside: witness.people.filter((one) => one.side),
    width: 560,
  });
  parts.push(make("p", { class: "studio-note" }, said), picture);
  show("proof", ...parts);
}

function showLint(lint) {
  const findings = lint.findings.map((finding) =>
    make(
      "div",
      { class: `studio-finding ${finding.severity}`, "data-finding": finding.id },
      make("b", {}, finding.id),
      " ",
      make("span", { class: "studio-tag" }, finding.severity_title),
      ` ${finding.title}`,
      make(
        "ul",
        {},
        ...finding.reasons.map((reason) =>
          make("li", {}, reason.text, " ", lineLink(reason.line), reason.cure ? make("code", {}, ` ${reason.cure}`) : null),
        ),
      ),
      make("small", {}, `${words.cure}: ${finding.cure}`),
      make("small", {}, `${words.source}: ${finding.source}${finding.verified ? "" : ` · ${words.unverified}`}`),
    ),
  );
  show(
    "lint",
    make("p", { class: "studio-note" }, lint.statement),
    ...(findings.length ? findings : [make("p", {}, words.clean)]),
  );
}

function showDifference(difference) {
  if (difference === null) {
    show("difference", make("p", {}, words.first));
    return;
  }
  show(
    "difference",
    make("p", {}, `${words.difference} v${difference.version}`),
    difference.changes.length
      ? make("ul", { class: "plain" }, ...difference.changes.map((one) => make("li", {}, one.text)))
      : make("p", {}, words.alike),
  );
}
