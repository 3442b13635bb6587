// Puts into the folder of this page what the device shared, as the service worker kept it.
import { addFiles } from "files/uploads";

const zone = document.querySelector("drop-zone[data-open]");
const cache = await caches.open("shared");
const kept = await cache.keys();

const address = new URL(location.href);
address.searchParams.delete("received"); // a reload puts nothing twice
history.replaceState(history.state, "", address);

if (zone && kept.length) {
  const files = await Promise.all(kept.map(async (request) => {
    const name = new URL(request.url).searchParams.get("name").replaceAll("/", "-") || "file";
    const content = await (await cache.match(request)).blob();
    return { file: new File([content], name, { type: content.type }), path: name };
  }));
  await addFiles({ files, folders: [] }, { folder: Number(zone.dataset.folder), name: zone.dataset.name });
  for (const request of kept) await cache.delete(request);
}
