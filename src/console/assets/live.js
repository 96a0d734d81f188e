// Puts rows that come while the page stands open on top of the element that says where they come from (`data-live`). The browser connects anew
// by itself, and tells which row it had last.
for (const place of document.querySelectorAll('[data-live]')) {
  new EventSource(place.dataset.live).addEventListener('webhooks', event => {
    place.insertAdjacentHTML('afterbegin', event.data);
  });
}
