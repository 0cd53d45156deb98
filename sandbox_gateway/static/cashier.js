// The page works without this: it counts down, follows a payment under way, and takes a double click for one.
"use strict";

const card = document.querySelector("main.card");
const countdown = document.querySelector("[data-seconds-left]");

if (countdown) {
  const end = performance.now() + Number(countdown.dataset.secondsLeft) * 1000;
  const shown = countdown.querySelector("b");
  const show = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(left / 3600);
    shown.textContent = (hours ? `${hours}:` : "") + `${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    countdown.classList.toggle("soon", left <= 60);
    if (left === 0) {
      clearInterval(timer);
      setTimeout(() => location.reload(), 300);
    }
  };
  const timer = setInterval(show, 500);
  show();
}

document.querySelectorAll("form").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (card.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    card.setAttribute("aria-busy", "true");
  });
});

// Coming back by the browser's button shows the page as it was left: ask how the payment stands.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

if (card.dataset.state === "processing") {
  const follow = async () => {
    try {
      const answer = await fetch(`${location.pathname}/state`, { cache: "no-store" });
      if (answer.ok && (await answer.json()).state !== "processing") return location.reload();
    } catch (error) { /* no connection just now: ask again */ }
    setTimeout(follow, 800);
  };
  setTimeout(follow, 800);
}
