// What a page of tasks loads.
import "calendars/task-list";
import "calendars/task-drag";
import "calendars/task-form";
