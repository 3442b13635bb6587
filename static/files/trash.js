// The trash: several things at once, and filters that act when they are chosen.
import "shell/auto-submit";
import "shell/row-select";
