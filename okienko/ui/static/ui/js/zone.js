// Tells the server in which time zone this browser lives: people tell their devices apart by it. No address is kept.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const known = document.cookie.split("; ").includes(`okienko_zone=${zone}`);
if (zone && !known) document.cookie = `okienko_zone=${zone}; path=/; max-age=31536000; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
