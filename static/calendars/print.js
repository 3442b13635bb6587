// The browser's own dialog prints the page or saves it as PDF.
const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  button.parentElement.querySelector("[data-fallback]")?.remove();
  button.addEventListener("click", () => window.print());
}
