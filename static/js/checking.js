/* The page of a check that goes on: it asks again by itself. Where the answer is another page (signed out meanwhile), or
   that there is no such check any more, the whole page is loaded anew and says so. */
(function () {
  "use strict";

  document.addEventListener("htmx:beforeSwap", function (event) {
    var xhr = event.detail.xhr;
    var isElsewhere = xhr.responseURL && new URL(xhr.responseURL).pathname !== window.location.pathname;
    if (isElsewhere || xhr.status === 404) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });
})();
