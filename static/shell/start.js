// What every page of the shell loads. Each import defines one custom element or one family of listeners.
import "shell/pop-over";
import "shell/toast-stack";
import "shell/auto-submit";
import "shell/live-save";
import "shell/password-meter";
import "shell/show-password";
import "shell/suggest-name";
import "shell/go-to";
import "shell/people-picker";
import "shell/copy-text";
import "shell/dialogs";
import "shell/keys";
import "shell/tooltips";
import "shell/live-topic";
import "shell/why";
