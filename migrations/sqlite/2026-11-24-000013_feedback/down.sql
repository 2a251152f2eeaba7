DROP TABLE feedback_invitations;
DROP TABLE feedback;
DROP TABLE feedback_releases;
DROP TABLE entered_scores;
