// What a page of the calendar loads.
import "calendars/calendar-view";
