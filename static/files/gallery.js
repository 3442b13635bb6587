// The gallery's page: months that are filled as they are scrolled to, and pictures full screen.
import "files/gallery-timeline";
import "files/photo-viewer";
