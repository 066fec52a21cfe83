/* The upload page: what to say when a file cannot be sent. Browsers refuse to send a file that was saved after it was
   chosen, and do so without a word. Without this script the page works as any form does. */
(function () {
  "use strict";

  function tell(when) {
    var notice = document.getElementById("not-sent");
    notice.hidden = false;
    notice.querySelectorAll("[data-when]").forEach(function (part) {
      part.hidden = part.dataset.when !== when;
    });
    notice.scrollIntoView({ block: "start" });
    if (when === "changed") {
      document.getElementById("id_file").value = "";
    }
    notice.focus();
  }

  document.addEventListener("htmx:beforeRequest", function () {
    document.getElementById("not-sent").hidden = true;
  });
  document.addEventListener("htmx:sendError", function () {
    tell("changed");
  });
  document.addEventListener("htmx:responseError", function () {
    tell("refused");
  });

  /* A copy is fetched by the browser itself, which would show a page of its own where the file has changed. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-takes-file]");
    var file = button && document.getElementById("id_file").files[0];
    if (!file) {
      return;
    }
    event.preventDefault();
    file.slice(0, 1).arrayBuffer().then(
      function () {
        button.form.requestSubmit(button);
      },
      function () {
        tell("changed");
      }
    );
  });
})();
