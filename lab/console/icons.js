// Line icons, drawn here so that they do not depend on the fonts of the machine.

const PATHS = {
  image: "M4 5h16v14H4z M4 16l5-5 4 4 3-3 4 4 M15.5 9.5h.01",
  voice: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4z M6.5 11.5a5.5 5.5 0 0 0 11 0 M12 17v3",
  location: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z M12 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z",
  link: "M10 14a4 4 0 0 0 6 .4l2.5-2.5a4 4 0 0 0-5.7-5.7L11.5 7.500 M14 10a4 4 0 0 0-6-.4l-2.500 2.500a4 4 0 0 0 5.700 5.700L12.500 16.500",
  video: "M4 7h11v10H4z M15 11l5-3v8l-5-3",
  sticker: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z M9 10h.01 M15 10h.01 M8.500 13.500a4 4 0 0 0 7 0",
  file: "M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6",
  miniprogrampage: "M5 5h6v6H5z M13 5h6v6h-6z M5 13h6v6H5z M16 13v6 M13 16h6",
  keyboard: "M3 7h18v10H3z M6.500 10h.01 M10 10h.01 M14 10h.01 M17.500 10h.01 M8 14h8",
  menu: "M5 7h14 M5 12h14 M5 17h14",
  play: "M8 5l11 7-11 7z",
};

export function icon(name, size = 24) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
