// The description of a folder stays folded on this device once somebody folded it; the server draws it so.

const NAME = "files-folded";
const MOST = 60;
const YEAR = 365 * 24 * 3600;

export function bindAbout() {
  const about = document.querySelector("[data-about]");
  about?.addEventListener("toggle", () => keep(about.dataset.about, !about.open));
}

function keep(id, folded) {
  const kept = document.cookie.split("; ").find((one) => one.startsWith(`${NAME}=`))?.slice(NAME.length + 1) ?? "";
  const ids = kept.split(".").filter((one) => one && one !== id);
  if (folded) ids.push(id);
  document.cookie = `${NAME}=${ids.slice(-MOST).join(".")}; path=/files/; max-age=${YEAR}; SameSite=Lax`;
}
