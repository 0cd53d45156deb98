// Small helpers: elements, and JSON to and from the server. Text is only ever set as text.
export const byId = (id) => document.getElementById(id);
export const told = (id) => JSON.parse(byId(id).textContent);
export const words = told("composer-words");
export const options = told("composer-options");

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// The answer as {status, body}; status 0 when there is none, as after the session ended.
async function send(address, how) {
  const token = document.querySelector("#composer-token input").value;
  try {
    const response = await fetch(address, {
      method: "POST",
      ...how,
      headers: { ...how.headers, "X-CSRFToken": token },
    });
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: isJson ? response.status : 0, body: isJson ? await response.json() : null };
  } catch {
    return { status: 0, body: null };
  }
}

export const ask = (address, body) =>
  send(address, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function upload(address, file) {
  const form = new FormData();
  form.append("picture", file);
  return send(address, { body: form });
}

// A hidden file input. The console's own script would look for a text field beside it, if it weren't told not to.
export function pictureInput(input, picked) {
  input.hasChangeListener = true;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) await picked(file);
    input.value = "";
  });
  return input;
}

export function later(action, pause) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, pause);
  };
}
