// Where things are sent: the addresses that the page carries, for one thing where they name one.

const page = () => document.getElementById("files-addresses").dataset;

export const address = (name, id) => (id === undefined ? page()[name] : page()[name].replace("/0/", `/${id}/`));

export const query = (ids) => new URLSearchParams(ids.map((id) => ["id", id])).toString();
