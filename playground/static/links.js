/** Where a link leads, for those that stay inside the playground: a person's chat, a bot's chat, its start link. */

const USERNAME = /^[a-z]\w{3,31}$/i;

/** {userId}, or {username, start?, startapp?}, or null for an address outside. */
export function insideTarget(address) {
  const { protocol, hostname, pathname, searchParams: query } = new URL(address);
  if (protocol === "tg:") return tgTarget(address, query);
  if (!["t.me", "telegram.me"].includes(hostname.replace(/^www\./, ""))) return null;
  return named(pathname.slice(1).split("/")[0], query);
}

/** tg://user?id=… and tg://resolve?domain=…; browsers differ in what they take for the host there. */
function tgTarget(address, query) {
  if (/^tg:(\/\/)?user\b/i.test(address) && query.has("id")) return { userId: Number(query.get("id")) };
  return /^tg:(\/\/)?resolve\b/i.test(address) ? named(query.get("domain") ?? "", query) : null;
}

function named(username, query) {
  if (!USERNAME.test(username)) return null;
  return { username: username.toLowerCase(), start: query.get("start") };
}
