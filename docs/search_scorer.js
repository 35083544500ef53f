// Ranks the results of the search: see html_search_scorer in conf.py. Sphinx puts this file into language_data.js.
// Order: pages written by hand that have the word in a heading, exact names of the reference, pages written by hand that
// mention the word, and the rest.

var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 5, 1: 5, 2: -5 }, // a module is not more important than its class
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,

  score: ([page, title, anchor, description, score, file, kind]) => {
    if (!/^(quickstart|glossary|guides\/|explanations\/)/.test(page)) {
      return page.startsWith("reference/") ? score : score - 1;
    }
    const query = new URLSearchParams(window.location.search).get("q") || "";
    const stemmer = new Stemmer();
    const stems = (text) => splitQuery(text.toLowerCase()).map((word) => stemmer.stemWord(word));
    const wanted = stems(query);
    const inTitle = wanted.length > 0 && wanted.every((word) => stems(title).includes(word));
    if (kind === "title" || score >= 15) {
      return score + (inTitle ? 60 : 30);
    }
    return score + 8;
  },
};
