// What a page of the calendar loads.
import "calendars/calendar-view";
import "calendars/event-dialog";
import "calendars/drawing-in";
import "calendars/moving";
import "calendars/refresh";
import "calendars/live-event";
