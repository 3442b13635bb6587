// The list of people: several at once, and one dragged onto a group of the column.
import "shell/row-select";
import "people/drag-rows";
