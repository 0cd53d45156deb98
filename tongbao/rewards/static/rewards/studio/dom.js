// Small helpers: elements, SVG, and JSON to and from the server. Text is only ever set as text.
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);
export const told = (id) => JSON.parse(byId(id).textContent);
export const words = told("studio-words");

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const draw = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);
export const show = (id, ...children) => byId(id).replaceChildren(...children);

const token = () => document.querySelector("#studio-token input").value;

// The answer as {status, body}; status 0 when there is none, as after the session ended.
export async function ask(address, body) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
    });
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: isJson ? response.status : 0, body: isJson ? await response.json() : null };
  } catch {
    return { status: 0, body: null };
  }
}

export function later(action, pause) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, pause);
  };
}
