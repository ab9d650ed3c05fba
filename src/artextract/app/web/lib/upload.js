// A picture of the visitor's own, from a file, a drop or the clipboard, in any view; it leads to the search.

import { ask } from "./api.js";
import { tell } from "./dom.js";
import { go } from "./route.js";

const $ = (id) => document.getElementById(id);

export async function upload(file) {
  if (!file) return;
  document.body.classList.add("uploading");
  try {
    const facts = await ask("api/uploads", { file });
    go("search", { upload: facts.upload });
  } catch (error) {
    tell(error);
  } finally {
    document.body.classList.remove("uploading");
    $("file").value = "";
  }
}

export function listenForFiles() {
  let depth = 0;
  const carriesFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  $("upload-button").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => upload($("file").files[0]));
  addEventListener("dragenter", (event) => { if (carriesFile(event)) { depth++; $("drop").hidden = false; } });
  addEventListener("dragleave", (event) => { if (carriesFile(event) && --depth <= 0) { depth = 0; $("drop").hidden = true; } });
  addEventListener("dragover", (event) => { if (carriesFile(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth = 0;
    $("drop").hidden = true;
    upload(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => upload([...(event.clipboardData?.files ?? [])].find((file) => file.type.startsWith("image/"))));
}
