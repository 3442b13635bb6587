// What was dropped from the device: files with their paths, and folders, empty ones too.

export function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  return collect(entries);
}

export async function collect(entries) {
  const found = { files: [], folders: [] };
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, above, found) {
  if (entry instanceof File) {
    found.files.push({ file: entry, path: entry.name });
  } else if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.files.push({ file, path: above + entry.name });
  } else {
    found.folders.push(above + entry.name);
    for (const inside of await children(entry)) await walk(inside, `${above}${entry.name}/`, found);
  }
}

// A reader gives a hundred entries at a time, and none at the end.
async function children(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}
