// The round that a JavaScript client makes: node round.mjs BASE USER PASSWORD, beside tsdav. Ends with "N passed".
import { createDAVClient } from "tsdav";

const [, , serverUrl, username, password] = process.argv;
let passed = 0;
const step = async (name, act) => {
  const said = await act();
  if (said === false) throw new Error(`${name}: not so`);
  passed += 1;
  console.log(`ok ${name}`);
  return said;
};
const entry = (uid, summary) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", "BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z",
    "DTSTART:20260601T090000Z", "DTEND:20260601T100000Z", `SUMMARY:${summary}`, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
const day = { start: "2026-06-01T00:00:00Z", end: "2026-06-02T00:00:00Z" };

const client = await step("signs in and discovers", () =>
  createDAVClient({ serverUrl, credentials: { username, password }, authMethod: "Basic", defaultAccountType: "caldav" }));
const home = new URL(".", (await client.fetchCalendars())[0].url.replace(/\/$/, "")).href;
await step("makes a calendar", () => client.makeCalendar({ url: `${home}round/`, props: { displayname: "Round" } }));
const find = async () => (await client.fetchCalendars()).find((one) => one.url.endsWith("/round/"));
const calendar = await step("lists it", find);
await step("finds its name, token and ctag", async () =>
  calendar.displayName === "Round" && Boolean(calendar.ctag) && Boolean(calendar.syncToken));
for (const number of [1, 2, 3]) {
  await step(`adds ${number}`, async () => (await client.createCalendarObject(
    { calendar, filename: `t${number}.ics`, iCalString: entry(`t${number}`, "one ü") })).status === 201);
}
const objects = await step("fetches all", () => client.fetchCalendarObjects({ calendar }));
await step("has each once, with its ETag", async () => objects.length === 3 && objects.every((one) => one.etag));
await step("has what it sent", async () => objects.every((one) => one.data.includes("one ü")));
await step("expands a day", async () =>
  (await client.fetchCalendarObjects({ calendar, timeRange: day, expand: true })).length === 3);
const change = (word) => client.updateCalendarObject(
  { calendarObject: { ...objects[0], data: objects[0].data.replace("one", word) } });
await step("changes one", async () => (await change("two")).ok);
await step("is refused on an old version", async () => (await change("three")).status === 412);
await step("hears of a change and a deletion", async () => {
  const now = await find();
  now.objects = await client.fetchCalendarObjects({ calendar: now });
  await client.deleteCalendarObject({ calendarObject: now.objects[2] });
  const { objects: told } = await client.smartCollectionSync(
    { collection: { ...now, objectMultiGet: client.calendarMultiGet }, method: "webdav", detailedResult: true });
  return told.deleted.length === 1;
});
await step("asks when somebody is busy", () => client.freeBusyQuery({ url: calendar.url, timeRange: day }));
await step("deletes the calendar", async () => (await client.deleteObject({ url: calendar.url })).ok);
console.log(`${passed} passed`);
