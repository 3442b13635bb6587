// What the page of a text loads.
import "writing/co-editor";
