// Draws people: the buyer at the bottom, sponsors above, agents aside, each with the money and why.
import { draw } from "./dom.js";

const RADIUS = 26;
const LEFT = 66;
const POWER = "M-4,-3 a6,6 0 1 0 8,0 M0,-7 v6";
const CROSS = "M-4,-4 l8,8 M4,-4 l-8,8";
const SAID_HEIGHT = 16;

// Breaks a sentence into lines of about `room` pixels; a Chinese character is twice as wide as a letter.
export function broken(sentence, room) {
  const lines = [];
  let line = "";
  let width = 0;
  for (const piece of sentence.match(/[,;:%,。;:、)]|[^,;:%\u0080-\uffff\s]+ ?|\s|[^]/g) || []) {
    const size = [...piece].reduce((sum, one) => sum + (one.charCodeAt(0) > 255 ? 12 : 6.3), 0);
    // No line begins with what closes the one before.
    if (width + size > room && line && !/^[,;:%,。;:、)\s]/.test(piece)) {
      lines.push(line);
      line = "";
      width = 0;
    }
    line += piece;
    width += size;
  }
  return line ? [...lines, line] : lines;
}

function fits(title) {
  const wide = /[^ -~]/.test(title) ? 4 : 9;
  if (title.length <= wide) return [title];
  const space = title.indexOf(" ");
  const half = space > 0 && space <= wide + 1 ? space : Math.min(wide, Math.ceil(title.length / 2));
  return [title.slice(0, half), title.slice(half, half + wide).trim()];
}

function heightOf(person, room) {
  const said = (person.awards || []).reduce((sum, award) => sum + broken(award.sentence, room).length, 0);
  return Math.max(74, 48 + said * SAID_HEIGHT);
}

function headText(person) {
  const parts = fits(person.rank_title || person.rank || person.title);
  return parts.map((part, index) =>
    draw("text", { class: "head-text", x: 0, y: 4 + (index - (parts.length - 1) / 2) * 12 }, part),
  );
}

// One person at (x, y); `tools` are what can be done with them.
function onePerson(person, { x, y, room, kind, tools }) {
  const awards = person.awards || [];
  const group = draw("g", {
    class: `${kind}${person.active === false ? " away" : ""}`,
    transform: `translate(${x},${y})`,
    "data-person": person.id || kind,
  });
  const head = draw("g", tools?.head || {}, draw("circle", { class: "head", r: RADIUS }), ...headText(person));
  const sum = awards.map((award) => award.amount).join(" + ");
  const amount = awards.length > 1 ? `${person.amount} = ${sum}` : person.amount;
  group.append(
    head,
    draw("text", { class: "title", x: RADIUS + 14, y: -14 }, [person.title, person.note].filter(Boolean).join(" · ")),
    draw(
      "text",
      { class: person.amount_fen ? "money" : "money nothing", x: RADIUS + 14, y: 6, "data-amount": person.amount },
      amount,
    ),
  );
  let below = 24;
  for (const award of awards) {
    for (const line of broken(award.sentence, room)) {
      group.append(draw("text", { class: "said", x: RADIUS + 14, y: below }, line));
      below += SAID_HEIGHT;
    }
  }
  (tools?.buttons || []).forEach((button, index) => {
    const place = draw("g", { ...button.attributes, transform: `translate(${-RADIUS - 18},${index * 24 - 12})` });
    place.append(
      draw("rect", { x: -11, y: -11, width: 22, height: 22, rx: 4, fill: "transparent" }),
      draw("path", { class: "tool", d: button.sign === "remove" ? CROSS : POWER }),
    );
    group.append(place);
  });
  return group;
}

// main: from the top down; aside: beside them, from the bottom up; toolsFor(person) says what can be done.
export function drawPeople(picture, { main, buyer, aside, width, toolsFor = () => null, caption = "" }) {
  const hasAside = aside.length > 0;
  const room = (hasAside ? width * 0.58 : width) - LEFT - RADIUS - 24;
  const asideLeft = width * 0.61;
  const asideRoom = width - asideLeft - 2 * RADIUS - 24;
  const chain = [...main, buyer];
  const tops = [];
  let y = 44;
  for (const person of chain) {
    tops.push(y);
    y += heightOf(person, room);
  }
  const asideHeight = aside.reduce((sum, person) => sum + heightOf(person, asideRoom), 44);
  const height = Math.max(y, asideHeight) + 10;
  const shift = height - 10 - y;
  picture.replaceChildren();
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const last = chain.length - 1;
  for (let index = 0; index < last; index += 1)
    picture.append(
      draw("line", {
        class: "edge",
        x1: LEFT,
        x2: LEFT,
        y1: tops[index] + shift + RADIUS,
        y2: tops[index + 1] + shift - RADIUS,
      }),
    );
  let asideTop = height - 10 - (asideHeight - 44);
  if (caption && hasAside)
    picture.append(draw("text", { class: "title", x: asideLeft, y: Math.max(12, asideTop - 34) }, caption));
  for (const person of [...aside].reverse()) {
    const tall = heightOf(person, asideRoom);
    picture.append(
      onePerson(person, {
        x: asideLeft + RADIUS,
        y: asideTop + 26,
        room: asideRoom,
        kind: "agent",
        tools: toolsFor(person),
      }),
    );
    asideTop += tall;
  }
  chain.forEach((person, index) => {
    const kind = index === last ? "buyer" : "sponsor";
    picture.append(onePerson(person, { x: LEFT, y: tops[index] + shift, room, kind, tools: toolsFor(person) }));
  });
}
