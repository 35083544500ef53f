// Runs the search of a built site in Node.js: search_site.cjs SITE QUERY … prints the results of each query as JSON.
const fs = require("node:fs");
const vm = require("node:vm");

const [site, ...queries] = process.argv.slice(2);
const scripts = ["searchtools.js", "language_data.js"].map((name) => `${site}/_static/${name}`);
const stemmers = ["base-stemmer.js", "english-stemmer.js"]
  .map((name) => `${site}/_static/${name}`)
  .filter((path) => fs.existsSync(path)); // newer versions of Sphinx have them in language_data.js

const page = { queries, results: {}, URLSearchParams };
vm.createContext(page);
vm.runInContext(
  "var window = globalThis; var SPHINX_HIGHLIGHT_ENABLED = false; var Documentation = {};" +
    "var document = { getElementById: () => null }; var _ready = () => {}; var _ = (text) => text;",
  page,
);
for (const path of [...stemmers, ...scripts, `${site}/searchindex.js`]) {
  vm.runInContext(fs.readFileSync(path, "utf8"), page);
}
vm.runInContext(
  `for (const query of queries) {
    window.location = { search: "?q=" + encodeURIComponent(query) };
    results[query] = Search._performSearch(...Search._parseQuery(query)).reverse().map((found) => [found[0], found[1]]);
  }`,
  page,
);
console.log(JSON.stringify(page.results));
