// A part of the page that is fetched only where it is needed. On a breaking network it may not come, or another page may be
// opened meanwhile: the page works without it, so that is no error of anybody's. What goes wrong inside it still is.
export const fetched = (coming, start) =>
  coming.then(start, (problem) => {
    if (!(problem instanceof TypeError)) throw problem;
  });
