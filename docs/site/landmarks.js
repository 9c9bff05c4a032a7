// What the theme leaves out, for those who hear a page or go through it by keyboard: a name
// for the search, one landmark for the navigation and not one a level, tables that scroll.
addEventListener("load", () => setTimeout(() => {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  for (const nav of document.querySelectorAll(".md-code__nav, .md-nav[data-md-level]"))
    if (nav.dataset.mdLevel !== "0") {
      nav.setAttribute("role", "none");
      nav.removeAttribute("aria-labelledby");
      nav.removeAttribute("aria-expanded");
    }
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap"))
    table.tabIndex = 0;
}, 100));
