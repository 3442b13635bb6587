// What the pages of files load at once; uploads and the folder picker come when they are asked for.
import "files/file-list";
import "files/side-panel";
import "files/drop-zone";
import "files/live-list";
