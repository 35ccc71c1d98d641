/*
 * Sends UDP packets into this machine's own test namespaces and prints how many, and the CPU
 * nanoseconds that each took of this thread. On a veth the receiving side runs inside the sender.
 *
 * Usage: kernel DESTINATION FIRST-PORT PORTS COUNT MOST-SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define TEST_NETWORK 0x0ac8 /* 10.200.0.0/16 */

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static struct mmsghdr messages[BATCH];
	static struct sockaddr_in to[BATCH];
	static struct iovec parts[BATCH];
	static char body[18];
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons(40000)};
	int sender = socket(AF_INET, SOCK_DGRAM, 0);
	double begin, cpu;
	long count, sent = 0;

	if (argc != 6 || ntohl(inet_addr(argv[1])) >> 16 != TEST_NETWORK) {
		fprintf(stderr, "kernel: five arguments, the first an address in 10.200.0.0/16\n");
		return 2;
	}
	if (sender < 0 || bind(sender, (struct sockaddr *)&from, sizeof(from)) != 0) {
		perror("kernel");
		return 1;
	}
	for (int i = 0; i < BATCH; i++) {
		to[i].sin_family = AF_INET;
		to[i].sin_addr.s_addr = inet_addr(argv[1]);
		to[i].sin_port = htons(atoi(argv[2]) + i % atoi(argv[3]));
		parts[i] = (struct iovec){body, sizeof(body)};
		messages[i].msg_hdr.msg_name = &to[i];
		messages[i].msg_hdr.msg_namelen = sizeof(to[i]);
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	count = atol(argv[4]);
	begin = seconds(CLOCK_MONOTONIC);
	cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
	while (sent < count && seconds(CLOCK_MONOTONIC) - begin < atof(argv[5])) {
		int some = sendmmsg(sender, messages, BATCH, 0);

		if (some < 0) {
			perror("kernel");
			return 1;
		}
		sent += some;
	}
	printf("%ld %.1f\n", sent, (seconds(CLOCK_THREAD_CPUTIME_ID) - cpu) / sent * 1e9);
	return 0;
}
