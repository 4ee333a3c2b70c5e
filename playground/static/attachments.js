/** Odd things to send to a bot: a drawn picture, a file, a sticker, a contact, a place, somebody else's words. */

import { fullName } from "./dom.js";
import { text } from "./texts.js";

/** Name → fields of the action that sends it for `persona`. */
export const SAMPLES = {
  photo: (persona) => ({ do: "photo", file: drawnPicture(fullName(persona)), name: "photo.png" }),
  sticker: () => ({ do: "sticker", emoji: "🍕" }),
  contact: () => ({ do: "contact" }),
  location: () => ({ do: "location" }),
  forward: () => ({ do: "forward", text: text("sampleForward"), from_name: text("sampleAuthor") }),
};

/** The action that sends a file of this computer: a picture as a photo, anything else as a document. */
export async function fileAction(file) {
  const content = { file: await base64(file), name: file.name };
  return file.type.startsWith("image/")
    ? { do: "photo", ...content }
    : { do: "document", ...content, mime_type: file.type };
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.split(",")[1]));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

/** A plate on a table cloth, signed, so that pictures of several people differ. */
function drawnPicture(name) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 420 });
  const pen = canvas.getContext("2d");
  const disc = (radius, colour) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(320, 190, radius, 0, 2 * Math.PI);
    pen.fill();
  };
  pen.fillStyle = "#20635f";
  pen.fillRect(0, 0, 640, 420);
  pen.fillStyle = "#2a7a74";
  for (let square = 0; square < 96; square += 1) {
    const [row, column] = [Math.floor(square / 12), square % 12];
    if ((row + column) % 2) pen.fillRect(column * 54, row * 54, 54, 54);
  }
  disc(140, "#f6f3ec");
  disc(102, "#e8e2d4");
  disc(74, "#d9603b");
  disc(30, "#f2c14e");
  pen.fillStyle = "#ffffff";
  pen.font = "600 30px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.fillText(name, 320, 388, 600);
  return canvas.toDataURL("image/png").split(",")[1];
}
