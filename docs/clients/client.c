// Answers gradcheck about f(x) = sin(x₀)·x₁ and its gradient.
// Check it: cc client.c -lm && gradcheck exec -- ./a.out
#include <math.h>
#include <stdio.h>
#include <string.h>

int main(void) {
	char line[4096];
	double x[2];
	while (fgets(line, sizeof line, stdin)) {
		char *at = strstr(line, "\"x\":[");
		if (at)
			sscanf(at, "\"x\":[%lf,%lf]", &x[0], &x[1]);
		if (strstr(line, "\"point\""))
			printf("{\"x\":[0.5,-1.2]}\n");
		else if (strstr(line, "\"value\""))
			printf("{\"f\":%.17g}\n", sin(x[0]) * x[1]);
		else
			printf("{\"g\":[%.17g,%.17g]}\n", cos(x[0]) * x[1], sin(x[0]));
		fflush(stdout);
	}
}
