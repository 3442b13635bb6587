// What the pages of files load at once; uploads and the folder picker come when they are asked for.
import "files/file-list";
import "files/side-panel";
import "files/drop-zone";
import "files/live-list";
import "files/preview";
import { bindAbout } from "files/folder-about";

bindAbout();

// What is said about a thing comes with its tab.
const wake = () => document.querySelector("live-comments") && import("marks/live-comments");
document.addEventListener("htmx:load", wake);
wake();

if (new URLSearchParams(location.search).has("received")) import("files/received");
