/* The upload page: how much of a file has been sent, and what to say when one cannot be. Browsers refuse to send a file that was saved after it was
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

  function sayUntil(moment) {
    document.querySelectorAll("#checking [data-until]").forEach(function (part) {
      part.hidden = part.dataset.until !== moment;
    });
  }

  document.addEventListener("htmx:beforeRequest", function () {
    document.getElementById("not-sent").hidden = true;
    document.getElementById("sent").hidden = true;
    sayUntil("arrived");
  });
  document.addEventListener("htmx:xhr:progress", function (event) {
    var bar = document.getElementById("sent");
    var isSending = !document.querySelector("#checking [data-until='arrived']").hidden;
    if (!isSending || !event.detail.lengthComputable) {
      return;
    }
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
    bar.hidden = event.detail.loaded >= event.detail.total;
    if (bar.hidden) {
      sayUntil("answered");
    }
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
