// What every page of the shell loads. Each import defines one custom element or one family of listeners.
import "shell/pop-over";
import "shell/toast-stack";
import "shell/auto-submit";
import "shell/people-picker";
import "shell/copy-text";
import "shell/dialogs";
import "shell/keys";
import "shell/tooltips";
import "shell/live-topic";
import "shell/why";

// What few pages have comes with them.
const rare = {
  "live-save": () => import("fields/live-save"),
  "password-meter": () => import("fields/password-meter"),
  "show-password": () => import("fields/show-password"),
  "suggest-name": () => import("fields/suggest-name"),
};
const wake = () => {
  for (const [name, load] of Object.entries(rare)) if (document.querySelector(name)) load();
};
document.addEventListener("htmx:load", wake);
wake();
import "notifications/start";
