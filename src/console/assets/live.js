// Puts rows that come while the page stands open on top of the element that says where they come from (`data-live`), and takes the oldest
// away where there are many: a page may stand open for days. The browser connects anew by itself, and tells which row it had last.
const MOST_ROWS = 500;

for (const place of document.querySelectorAll('[data-live]')) {
  new EventSource(place.dataset.live).addEventListener('webhooks', event => {
    place.insertAdjacentHTML('afterbegin', event.data);
    while (place.childElementCount > MOST_ROWS) place.lastElementChild.remove();
  });
}
