// What the pages do beyond htmx. Without it they are plain forms.
"use strict";

// The code of the set-up link does not stay in the address, which the browser remembers and shows.
if (location.pathname === "/admin/setup" && location.search) history.replaceState(null, "", location.pathname);

// A page that the browser kept is loaded again before it is shown: its administrator may have logged out since. Browsers
// keep pages in spite of no-store, and Clear-Site-Data comes before this one is kept.
addEventListener("pagehide", () => {
  document.documentElement.hidden = true;
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

// The picture that was chosen, before it is sent.
document.addEventListener("change", (event) => {
  if (event.target.id !== "avatar") return;
  const preview = document.getElementById("preview");
  const [file] = event.target.files;
  if (preview.src.startsWith("blob:")) URL.revokeObjectURL(preview.src);
  preview.hidden = !file;
  if (file) preview.src = URL.createObjectURL(file);
});

// A form with a file says how much of it was sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "user-form" || !form.querySelector("input[type=file]").files.length) return;
  event.preventDefault();
  const bar = document.getElementById("sending");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = loaded / total;
  });
  request.addEventListener("load", () => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    if (request.status < 400) {
      location.assign(request.responseURL);
    } else {
      const main = document.adoptNode(page.querySelector("main"));
      document.querySelector("main").replaceWith(main);
      window.htmx?.process(main);
      main.focus();
    }
  });
  request.addEventListener("error", () => form.submit());
  bar.hidden = false;
  request.open("POST", form.action);
  request.send(new FormData(form));
});
