// The service worker. It keeps the files of the frame, whose names change with their content, and one page that says
// that there is no connection. Pages of people are never kept: they come from the server or not at all.
// The server writes `SHELL` before this: { version, files, offline, icon, receive, name }.

const FRAME = `frame-${SHELL.version}`;
const SHARED = "shared"; // what the device shared, until the page that asks where to put it has taken it
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.[a-z0-9.]+$/;

addEventListener("install", (event) => {
  skipWaiting(); // a new frame is used at once: nobody is left with half an old one
  event.waitUntil(fill());
});

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), forget()]));
});

async function fill() {
  const cache = await caches.open(FRAME);
  await cache.addAll([SHELL.offline, ...SHELL.files].map((address) => new Request(address, { cache: "reload" })));
}

async function forget() {
  const old = (await caches.keys()).filter((name) => name !== FRAME && name !== SHARED);
  await Promise.all(old.map((name) => caches.delete(name)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === SHELL.receive) event.respondWith(receive(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(visit(request));
  else if (HASHED.test(pathname) || SHELL.files.includes(pathname)) event.respondWith(file(request));
});

async function file(request) {
  const kept = await caches.match(request, { cacheName: FRAME });
  return kept ?? fetch(request);
}

async function visit(request) {
  try {
    const answer = await fetch(request);
    speak(answer.headers.get("Content-Language")).catch(() => {});
    return answer;
  } catch (error) {
    return (await caches.match(SHELL.offline, { cacheName: FRAME })) ?? Promise.reject(error);
  }
}

// The page for no connection speaks the language of the last page: it is fetched again when that changes.
async function speak(language) {
  const cache = await caches.open(FRAME);
  const kept = await cache.match(SHELL.offline);
  if (language && kept?.headers.get("Content-Language") !== language) await cache.add(new Request(SHELL.offline, { cache: "reload" }));
}

// What the device shares stays on it until its person has chosen a place: nothing is sent before.
async function receive(request) {
  const form = await request.formData();
  const cache = await caches.open(SHARED);
  for (const old of await cache.keys()) await cache.delete(old);
  const text = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean).join("\n");
  const files = form.getAll("files").filter((one) => one instanceof File && one.name);
  if (text) files.push(new File([text], `${text.replace(/[/\p{Cc}]+/gu, " ").trim().slice(0, 60)}.txt`, { type: "text/plain" }));
  await Promise.all(files.map((one, place) => cache.put(`/shared/${place}?name=${encodeURIComponent(one.name)}`, new Response(one))));
  return Response.redirect(SHELL.receive, 303);
}

addEventListener("push", (event) => event.waitUntil(ring(event.data)));

async function ring(data) {
  let told = {};
  try {
    told = data.json();
  } catch {
    // what cannot be read still has to be shown: browsers ask for it
  }
  const { title = SHELL.name, body = "", url = "/notifications/", tag = "", lang = "" } = told;
  await registration.showNotification(title, { body, tag, lang, icon: SHELL.icon, badge: SHELL.icon, data: { url } });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});

async function open(url) {
  const address = new URL(url ?? "/", location.origin);
  if (address.origin !== location.origin) return;
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => one.focused) ?? pages[0];
  if (page?.navigate) await (await page.focus()).navigate(address.href).catch(() => clients.openWindow(address.href));
  else await clients.openWindow(address.href);
}
