// The elements of the desk. Each wraps HTML that already works without it.
import "ok/refresh";
import "ok/live";
import "ok/current";
import "ok/composer";
import "ok/read";
import "ok/mail";
import "ok/zone";
