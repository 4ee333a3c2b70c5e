/** Light or dark: what the system prefers, until somebody chooses. */

/** The remembered choice, or what the system prefers. */
export function applyTheme() {
  const chosen = localStorage.getItem("playground.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}

export function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function switchTheme() {
  const { dataset } = document.documentElement;
  dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("playground.theme", dataset.theme);
}
